/**
 * The runner dies by SIGKILL at its syncs, once or again and again. In the end every piece of work was done once, and
 * the end is that of an undisturbed run. `npm test` tries some syncs, the soak all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rounds, seededBelow } from '../support/rounds.js';
import type { Place } from './place.js';
import { endOf, goOn, runPlace, START, undisturbed } from './run-place.js';
import { canTrace } from './strace.js';

/** A system call by its name, and which of them. */
interface Moment {
  call: 'fsync' | 'rename' | 'mkdir';
  ordinal: number;
}

/** Runs until it comes to this call. @returns false when it had ended before */
function killAt(place: Place, args: string[], { call, ordinal }: Moment): boolean {
  const inject = `inject=${call}:signal=KILL:when=${ordinal}`;
  const kill = ['strace', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
  return place.run('ledger-run', args, kill).status !== 0;
}

describe.skipIf(!canTrace)('the runner is killed (needs strace)', () => {
  test('at its syncs, renames and new directories: each effect happens once, and the end is the same', () => {
    const expected = undisturbed();
    const below = seededBelow(23);
    const moments = (['fsync', 'rename', 'mkdir'] as const).flatMap(call =>
      Array.from({ length: callsOf(runPlace(), call) }, (_, index) => ({ call, ordinal: index + 1 })),
    );
    expect(moments.length).toBeGreaterThan(60);
    const chosen = shuffled(moments, below).slice(0, rounds(3, moments.length));
    const killed = chosen.filter(moment => {
      const place = runPlace();
      const isKilled = killAt(place, START, moment);
      const resumed = goOn(place);
      const after = `after ${moment.call} ${moment.ordinal}`;
      expect([0, 5], `${after}: ${resumed.messages}`).toContain(resumed.status);
      expect(endOf(place), after).toEqual(expected);
      return isKilled;
    });
    // How many calls there are may differ by one or two from run to run.
    expect(killed.length).toBeGreaterThanOrEqual(chosen.length - 4);
  });

  test('again and again while it is resumed', () => {
    const expected = undisturbed();
    const below = seededBelow(29);
    for (let round = 0; round < rounds(1, 60); round++) {
      const place = runPlace();
      killAt(place, START, { call: 'fsync', ordinal: 1 + below(30) });
      for (let deaths = 0; deaths < 2; deaths++) {
        const { output } = place.run('ledger-run', ['list', '--json']);
        const run = output === '' ? undefined : (JSON.parse(output) as { run: string }).run;
        const again = run ? ['resume', run, '--quiet'] : START;
        killAt(place, again, { call: 'fsync', ordinal: 1 + below(12) });
      }
      const resumed = goOn(place);
      expect([0, 5], resumed.messages).toContain(resumed.status);
      expect(endOf(place)).toEqual(expected);
    }
  });
});

test.skipIf(!canTrace)('a step costs ten syncs at most, and a run of one step no more than twelve', () => {
  const syncs = [1, 2, 3].map(count => callsOf(plainPlace(count), 'fsync')) as [number, number, number];
  expect(syncs[2] - syncs[1]).toBe(syncs[1] - syncs[0]);
  expect(syncs[1] - syncs[0]).toBeLessThanOrEqual(10);
  expect(syncs[0]).toBeLessThanOrEqual(12);
});

test.skipIf(!canTrace)('what a crash left untold is told when the run is aborted', () => {
  const place = plainPlace(1);
  // The last syncs: of the receipt, of the end in the log and in the ledger, of the claim and its event.
  killAt(place, START, { call: 'fsync', ordinal: callsOf(plainPlace(1), 'fsync') - 4 });
  const { run } = JSON.parse(place.run('ledger-run', ['list', '--json']).output) as { run: string };
  const keys = (): string[] =>
    place
      .run('ledger-query', ['--json', '--limit', '1000'])
      .output.split('\n')
      .flatMap(line => (line === '' ? [] : ((JSON.parse(line) as Keyed).idempotency_key ?? [])))
      .filter(key => key.startsWith(run))
      .sort();
  expect(keys()).toEqual([1, 2].map(seq => `${run}:${seq}`));
  expect(place.run('ledger-run', ['abort', run]).status).toBe(0);
  expect(keys()).toEqual([1, 2, 3, 4].map(seq => `${run}:${seq}`));
});

interface Keyed {
  idempotency_key?: string;
}

/** A place with a plan of plain steps, in which the day of the ledger and the claims have begun. */
function plainPlace(count: number): Place {
  const place = runPlace();
  const steps = Array.from({ length: count }, (_, index) => ({
    ...{ id: `s${index}`, agent: 'runner', action: 'a', command: ['true'] },
  }));
  place.run('ledger-write', ['runner', 'info', 'T-0', 'test', 'the day begins', '{}', '--status']);
  place.run('ledger-claim', ['T-0', '--agent-id', 'runner']);
  writeFileSync(join(place.base, 'plan.json'), JSON.stringify({ task_id: 'T-1', steps }));
  return place;
}

/** How many calls of this name a run makes. */
function callsOf(place: Place, call: Moment['call']): number {
  const log = join(place.base, 'calls');
  place.run('ledger-run', START, ['strace', '-o', log, '-e', `trace=${call}`]);
  return readFileSync(log, 'utf8').match(new RegExp(`^${call}\\(`, 'gm'))!.length;
}

/** In another order (Fisher and Yates). */
function shuffled<T>(items: T[], below: (limit: number) => number): T[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = below(index + 1);
    [mixed[index], mixed[other]] = [mixed[other]!, mixed[index]!];
  }
  return mixed;
}
