/**
 * Runs whose agents die at each of their messages, whose lease is lost, whose disk is full, and that two processes
 * resume at once. In the end every piece of work was done once, and the end is that of an undisturbed run.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rounds } from '../support/rounds.js';
import { checkedRun } from '../support/run-records.js';
import { temporaryDirectory } from '../support/workspace.js';
import type { Place } from './place.js';
import { endOf, goOn, RESPONSES, runPlace, runsOf, START, undisturbed } from './run-place.js';

test('an agent that dies or goes silent at each of its messages is started again, and works once', () => {
  const expected = undisturbed();
  const mishaps = [
    { crash_before: 2 },
    { crash_after: 1 },
    { torn: 1, garbage: true },
    { hang: 1, duplicate: true },
  ];
  const place = runPlace(RESPONSES.map((response, index) => ({ ...response, ...mishaps[index] })));
  const { status, messages } = place.run('ledger-run', START);
  expect(status, messages).toBe(0);
  expect(messages.match(/starting it again/g)).toHaveLength(5);
  expect(messages).toMatch(/review: it missed 3 heartbeats; starting it again/);
  expect(endOf(place)).toEqual(expected);
});

test.each([
  [{ crash_before: 9 }, /implement failed: it ended with status 137 and no answer, 6 times/],
  [{ oversize: true }, /implement failed: it sent a message of more than 262144 bytes/],
  [{ event: 'error', summary: 'no luck' }, /implement failed: no luck/],
  [{ writes: {} }, /implement failed: its output src\/a.txt is not there/],
])('%j fails the run', (mishap, reason) => {
  const place = runPlace([{ ...RESPONSES[0], ...mishap }]);
  expect(place.run('ledger-run', START).status).toBe(1);
  const { entries, state } = checkedRun(runsOf(place)[0]!);
  expect(state).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  expect(entries.at(-1)).toMatchObject({ op: 'failed' });
  expect(place.run('ledger-claim', ['check', 'T-1']).status, 'the task is free').toBe(4);
});

test('a lost lease stops the agent at work, and no further step begins', () => {
  const place = runPlace([{ ...RESPONSES[0], delay_ms: 60_000 }]);
  const child = place.start('ledger-run', [...START, '--agent-id', 'runner']);
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  return evicted(place).then(async () => {
    expect(await ended).toBe(1);
    const { entries } = checkedRun(runsOf(place)[0]!);
    expect(entries.map(({ op }) => op)).toEqual(['started', 'intent']);
  });
});

/** Takes the lease from the run once it is at work. */
async function evicted(place: Place): Promise<void> {
  const evict = ['evict', 'T-1', '--force', '--reason', 'test', '--agent-id', 'boss', '--quiet'];
  for (let tries = 0; tries < 100; tries++) {
    const isAtWork = place.run('ledger-run', ['list']).output.includes('running');
    if (isAtWork && place.run('ledger-claim', evict).status === 0) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('the run did not begin');
}

test('two processes that resume one run: one does, the other is told', async () => {
  const expected = undisturbed();
  const place = runPlace([{ ...RESPONSES[0], crash_before: 6 }, ...RESPONSES.slice(1)]);
  expect(place.run('ledger-run', START).status).toBe(1);
  const { run } = JSON.parse(place.run('ledger-run', ['list', '--json']).output) as { run: string };
  const both = [1, 2].map(() => place.start('ledger-run', ['resume', run, '--quiet']));
  const statuses = await Promise.all(both.map(child => new Promise(resolve => child.once('exit', resolve))));
  // The other one comes while the run is driven, or when it has ended.
  expect([
    [0, 2],
    [0, 5],
  ]).toContainEqual(statuses.sort());
  expect(endOf(place)).toEqual(expected);
});

test('a disk that is full stops the run; when there is room again it is resumed', context => {
  const expected = undisturbed();
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  for (const free_kb of [20, 8, 40, 60].slice(0, rounds(1, 4))) {
    const base = temporaryDirectory();
    const mount = ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', base];
    if (!isRoot || spawnSync('mount', mount).status !== 0) return context.skip('needs the right to mount');
    onTestFinished(() => void spawnSync('umount', [base]));
    const place = runPlace(RESPONSES, base);
    const used = spawnSync('du', ['-sk', base], { encoding: 'utf8' }).stdout.split('\t')[0];
    writeFileSync(join(base, 'fill'), Buffer.alloc((1024 - Number(used) - free_kb) * 1024));
    const { status, messages } = place.run('ledger-run', START);
    expect(free_kb > 20 ? [0, 1, 74] : [1, 74], messages).toContain(status);
    spawnSync('mount', ['-o', 'remount,size=4m', base]);
    let resumed = goOn(place);
    if (resumed.status === 1) resumed = goOn(place);
    expect([0, 5], `${free_kb} KiB: ${resumed.messages}`).toContain(resumed.status);
    expect(endOf(place)).toEqual(expected);
  }
});
