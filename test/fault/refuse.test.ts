/**
 * A disk that refuses one system call of a write. Either the write is done all the same, because a view can be
 * made later, or it fails with 74 or 77 and one clear line, and the files are as they were. The next write goes on.
 */
import { describe, expect, test } from 'vitest';
import { rounds, seededRandom } from '../support/rounds.js';
import { bytesOf, eventsOf, faultPlace, type Place } from './place.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import { callsOf, canTrace, chosen, runWith, type SystemCall } from './strace.js';

const REFUSALS: Record<string, string[]> = {
  openat: ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'],
  read: ['EIO'],
  pread64: ['EIO'],
  write: ['ENOSPC', 'EIO', 'EDQUOT'],
  fsync: ['EIO', 'ENOSPC', 'EROFS'],
  ftruncate: ['EIO', 'EROFS'],
  rename: ['ENOSPC', 'EIO', 'EROFS', 'EACCES'],
  mkdir: ['ENOSPC', 'EIO', 'EROFS', 'EACCES'],
  fcntl: ['ENOLCK'],
  statx: ['EIO', 'EACCES'],
  readlink: ['EACCES', 'EIO'],
};

interface Refusal {
  call: SystemCall;
  error: string;
}

const random = seededRandom(5);

/** Some refusals of the calls about our files; in the soak all. */
function refusals(calls: SystemCall[]): Refusal[] {
  const refusable = calls.filter(({ name, isOurs }) => isOurs && name in REFUSALS);
  return chosen(refusable, [6, 3]).flatMap(call => {
    const errors = [...REFUSALS[call.name]!].sort(() => random() - 0.5);
    return errors.slice(0, rounds(1, errors.length)).map(error => ({ call, error }));
  });
}

/** Refuses a call of a run. @returns whether the run gave up, after a look at how it did */
function refuse(place: Place, { call, error }: Refusal, command: [string, ...string[]]): boolean {
  const ran = runWith(place, [{ call, fate: `error=${error}` }], command);
  if (!ran.isHit || ran.status === 0) return false;
  const shown = `${error} at ${call.text}: exit ${ran.status}, ${ran.messages}`;
  // Where even the root cannot be looked at, there is none.
  expect(call.name === 'statx' ? [3, 74, 77] : [74, 77], shown).toContain(ran.status);
  const lines = ran.messages
    .split('\n')
    .filter(line => line !== '' && !line.includes('moved a torn last line'));
  expect(lines, shown).toEqual([expect.stringMatching(/^[a-z-]+: (?:cannot|no ledger here|the root) /)]);
  return true;
}

describe.skipIf(!canTrace)('refused (needs strace)', () => {
  test.each(SCENARIOS.map(scenario => [scenario.name, scenario] as const))('in %s', (_name, scenario) => {
    const traced = scenario.place();
    scenario.prepare?.(traced);
    const [name, ...args] = scenario.command('traced');
    const shared = scenario.place();
    for (const refusal of refusals(callsOf(traced, name, args))) {
      refuseAndRetry(scenario.isFresh ? scenario.place() : shared, scenario, refusal);
    }
  });

  function refuseAndRetry(place: Place, scenario: Scenario, refusal: Refusal): void {
    const key = `${refusal.call.name}-${refusal.call.ordinal}-${refusal.error}`;
    scenario.prepare?.(place);
    const before = [place.dayPath, place.statusPath].map(bytesOf);
    if (refuse(place, refusal, scenario.command(key))) {
      const after = [place.dayPath, place.statusPath].map(bytesOf);
      // What was torn before may have been set aside.
      if (scenario.prepare) expect(before[0]!.indexOf(after[0]!), key).toBe(0);
      else expect(after, key).toEqual(before);
    }
    const [name, ...args] = scenario.command(key);
    expect(place.run(name, args).status, `after ${key}`).toBe(0);
    expect(
      eventsOf(place).filter(event => event.idempotency_key === key),
      key,
    ).toHaveLength(1);
  }

  test('in a report of a status', () => {
    const place = faultPlace();
    const command = (state: string): [string, ...string[]] => ['status-update', 'cls', state, '', 'T-1'];
    place.run('status-update', ['cls', 'idle']);
    const [name, ...args] = command('busy');
    let state = 'busy';
    for (const refusal of refusals(callsOf(place, name, args))) {
      state = state === 'busy' ? 'error' : 'busy';
      const before = bytesOf(place.statusPath);
      if (refuse(place, refusal, command(state))) expect(bytesOf(place.statusPath)).toEqual(before);
      expect(place.run(name, ['cls', state])).toMatchObject({ status: 0, messages: '' });
      expect(JSON.parse(bytesOf(place.statusPath).toString())).toMatchObject({ state });
      eventsOf(place);
    }
  });

  test('an append that fails and cannot be cut back is known when it is tried again', () => {
    const scenario = SCENARIOS[0]!;
    const place = scenario.place();
    const [name, ...args] = scenario.command('traced');
    const sync = callsOf(place, name, args).find(call => call.name === 'fsync')!;
    const truncation = { name: 'ftruncate', ordinal: 1 };
    const fates = [sync, truncation].map(call => ({ call, fate: 'error=EIO' }));
    const stuck = runWith(place, fates, scenario.command('stuck'));
    expect(stuck.status).toBe(74);
    expect(stuck.messages).toMatch(/^ledger-write: cannot write .*: EIO\n$/);
    for (const key of ['stuck', 'next']) {
      const [program, ...rest] = scenario.command(key);
      expect(place.run(program, rest)).toMatchObject({ status: 0, messages: '' });
    }
    const keys = eventsOf(place).map(event => event.idempotency_key);
    expect(keys).toEqual(['first', 'second', 'traced', 'stuck', 'next']);
  });
});
