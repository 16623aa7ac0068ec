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

/** Runs until the k-th sync. @returns false when it had ended before */
function killAtSync(place: Place, args: string[], ordinal: number): boolean {
  const kill = [
    'strace',
    '-o',
    '/dev/null',
    '-e',
    'trace=fsync',
    '-e',
    `inject=fsync:signal=KILL:when=${ordinal}`,
  ];
  return place.run('ledger-run', args, kill).status !== 0;
}

describe.skipIf(!canTrace)('the runner is killed (needs strace)', () => {
  test('at its syncs: each effect happens once, and the end is the same', () => {
    const expected = undisturbed();
    const below = seededBelow(23);
    const syncs = syncsOf(runPlace());
    expect(syncs).toBeGreaterThan(20);
    const all = Array.from({ length: syncs }, (_, index) => index + 1);
    const chosen = all.sort(() => below(3) - 1).slice(0, rounds(3, syncs));
    const killed = chosen.filter(ordinal => {
      const place = runPlace();
      const isKilled = killAtSync(place, START, ordinal);
      const resumed = goOn(place);
      expect([0, 5], `after sync ${ordinal}: ${resumed.messages}`).toContain(resumed.status);
      expect(endOf(place), `after sync ${ordinal}`).toEqual(expected);
      return isKilled;
    });
    // How many syncs there are may differ by one or two from run to run.
    expect(killed.length).toBeGreaterThanOrEqual(chosen.length - 2);
  });

  test('again and again while it is resumed', () => {
    const expected = undisturbed();
    const below = seededBelow(29);
    for (let round = 0; round < rounds(1, 60); round++) {
      const place = runPlace();
      killAtSync(place, START, 1 + below(30));
      for (let deaths = 0; deaths < 2; deaths++) {
        const { output } = place.run('ledger-run', ['list', '--json']);
        const run = output === '' ? undefined : (JSON.parse(output) as { run: string }).run;
        killAtSync(place, run ? ['resume', run, '--quiet'] : START, 1 + below(12));
      }
      const resumed = goOn(place);
      expect([0, 5], resumed.messages).toContain(resumed.status);
      expect(endOf(place)).toEqual(expected);
    }
  });
});

test.skipIf(!canTrace)('a step costs ten syncs at most, and a run of one step no more than thirteen', () => {
  const syncs = [1, 2, 3].map(count => {
    const place = runPlace();
    const steps = Array.from({ length: count }, (_, index) => ({
      ...{ id: `s${index}`, agent: 'runner', action: 'a', command: ['true'] },
    }));
    place.run('ledger-write', ['runner', 'info', 'T-0', 'test', 'the day begins', '{}', '--status']);
    place.run('ledger-claim', ['T-0', '--agent-id', 'runner']);
    writeFileSync(join(place.base, 'plan.json'), JSON.stringify({ task_id: 'T-1', steps }));
    return syncsOf(place);
  }) as [number, number, number];
  expect(syncs[2] - syncs[1]).toBe(syncs[1] - syncs[0]);
  expect(syncs[1] - syncs[0]).toBeLessThanOrEqual(10);
  expect(syncs[0]).toBeLessThanOrEqual(13);
});

/** How many syncs a run makes. */
function syncsOf(place: Place): number {
  const log = join(place.base, 'syncs');
  place.run('ledger-run', START, ['strace', '-o', log, '-e', 'trace=fsync']);
  return readFileSync(log, 'utf8').match(/^fsync\(/gm)!.length;
}
