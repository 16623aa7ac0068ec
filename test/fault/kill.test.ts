/**
 * SIGKILL at the system calls of a write, one after the other. Nothing that was acknowledged is lost, the same
 * command run again makes exactly one event, and the day is whole. `npm test` tries some calls, most of them such
 * as change something; the soak tries all.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventsOf, faultPlace, findingsIn, type Place, quarantined } from './place.js';
import { FRAGMENT, SCENARIOS, type Scenario } from './scenarios.js';
import { callsOf, canTrace, chosen, runWith, type SystemCall } from './strace.js';

function callsOfScenario({ place, command, prepare }: Scenario): SystemCall[] {
  const traced = place();
  prepare?.(traced);
  const [name, ...args] = command('traced');
  return callsOf(traced, name, args);
}

/** Kills a run at a call, runs it again, and looks at everything. @returns whether it was killed */
function killAndRetry(place: Place, scenario: Scenario, call: SystemCall): boolean {
  const key = `${call.name}-${call.ordinal}`;
  const command = scenario.command(key);
  const before = eventsOf(place).map(event => event.id ?? '');
  scenario.prepare?.(place);
  const killed = runWith(place, [{ call, fate: 'signal=KILL' }], command);
  expect([null, 0], `${key}: ${killed.messages}`).toContain(killed.status);
  const [name, ...args] = command;
  const retried = place.run(name, args);
  expect(retried.status, `after ${key}: ${retried.messages}`).toBe(0);
  const events = eventsOf(place);
  expect(events.map(({ id }) => id ?? '')).toEqual(expect.arrayContaining(before));
  expect(events.filter(({ idempotency_key }) => idempotency_key === key)).toHaveLength(1);
  if (scenario.prepare) expect(quarantined(place)).toContain(FRAGMENT);
  if (scenario.hasStatus) expect(statusOf(place)).toMatchObject({ last_task_id: key });
  return killed.status === null;
}

function statusOf({ statusPath }: Place): Record<string, unknown> {
  return JSON.parse(readFileSync(statusPath, 'utf8'));
}

describe.skipIf(!canTrace)('killed (needs strace)', () => {
  test.each(SCENARIOS.map(scenario => [scenario.name, scenario] as const))('in %s', (_name, scenario) => {
    const calls = callsOfScenario(scenario);
    const shared = scenario.place();
    const victims = chosen(calls, [8, 2]);
    const killed = victims.filter(call =>
      killAndRetry(scenario.isFresh ? scenario.place() : shared, scenario, call),
    );
    if (!scenario.isFresh) expect(findingsIn(shared)).toBe('');
    // What happens before the first call of ours may vary a little from run to run, and with it the ordinals.
    expect(killed.length).toBeGreaterThan(victims.length * 0.6);
  });

  test('in a report of a status', () => {
    const place = faultPlace();
    const report = (state: string): [string, ...string[]] => ['status-update', 'cls', state, '', 'T-1'];
    place.run('status-update', ['cls', 'idle']);
    const [name, ...args] = report('error');
    let state = 'error';
    for (const call of chosen(callsOf(place, name, args), [8, 2])) {
      state = state === 'busy' ? 'error' : 'busy';
      const killed = runWith(place, [{ call, fate: 'signal=KILL' }], report(state));
      expect([null, 0]).toContain(killed.status);
      expect(statusOf(place), 'a reader sees the old status or the new').toMatchObject({
        agent: 'cls',
        last_task_id: 'T-1',
      });
      const [again, ...rest] = report(state);
      expect(place.run(again, rest)).toMatchObject({ status: 0, messages: '' });
      expect(statusOf(place)).toMatchObject({ state });
      expect(eventsOf(place).at(-1)).toMatchObject({ data: { state } });
    }
  });
});
