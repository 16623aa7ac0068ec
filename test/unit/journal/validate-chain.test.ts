import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chainedLines } from '../../support/chained.js';
import { appendLines } from '../../support/ledger.js';
import { recorder, startedDay } from '../../support/recorder.js';
import { toldIn, validating } from '../../support/validate.js';
import { linesIn } from '../../support/workspace.js';

const DAY = 'g/ledger/cls/2026-11-24.jsonl';

test('the head tells of a lost tail, a changed last line and a lost file', async () => {
  const recording = startedDay();
  const validate = validating(recording);
  const lines = linesIn(recording.dayPath());
  const put = (...kept: string[]): void =>
    writeFileSync(recording.dayPath(), kept.map(line => `${line}\n`).join(''));
  const told = async (...paths: string[]): Promise<string[]> =>
    toldIn((await validate(['--chain', ...paths])).output);
  put(...lines.slice(0, 2));
  expect(await told()).toEqual([`${DAY}:2 chain-lost-tail`]);
  // The head is found by the path, wherever the command runs.
  const elsewhere = await validate(['--chain', recording.dayPath()], { cwd: '/' });
  expect(toldIn(elsewhere.output)).toEqual([`${recording.dayPath()}:2 chain-lost-tail`]);
  put(...lines.with(2, lines[2]!.replace('three', 'THREE')));
  expect(await told(DAY)).toEqual([`${DAY}:3 chain-changed`]);
  truncateSync(recording.dayPath());
  expect(await told()).toEqual([`${DAY}:1 chain-lost-tail`]);
  rmSync(recording.dayPath());
  expect(await told()).toEqual([`${DAY}:1 chain-lost-file`]);
  expect(await told('g')).toEqual([]);
});

test('a lost tail stays visible when the day goes on', async () => {
  const recording = startedDay();
  truncateSync(recording.dayPath(), linesIn(recording.dayPath()).slice(0, 2).join('\n').length + 1);
  recording.record({ summary: 'four' });
  expect(toldIn((await validating(recording)(['--chain'])).output)).toEqual([`${DAY}:3 chain-missing`]);
});

test("segments of another writer's day belong together", async () => {
  const recording = recorder();
  const { root } = recording.workspace;
  const lines = chainedLines(12, { writer: 'other-1' });
  const names = ['', '.2', '.10'].map(part => `cls/2026-11-24.other-1${part}.jsonl`);
  for (const [index, name] of names.entries())
    appendLines(root, name, ...lines.slice(index * 4, index * 4 + 4));
  const validate = validating(recording);
  const last = `g/ledger/${names[2]}`;
  expect(toldIn((await validate(['--chain'])).output)).toEqual([`${last}:4 unanchored`]);
  expect(toldIn((await validate(['--chain', last])).output)).toEqual([`${last}:4 unanchored`]);
  renameSync(join(root, 'g/ledger', names[1]!), join(root, 'segment'));
  expect(toldIn((await validate(['--chain'])).output)).toEqual([
    `${last}:1 chain-missing`,
    `${last}:4 unanchored`,
  ]);
});

test('an id that came in twice is found across files', async () => {
  const recording = recorder();
  const { root } = recording.workspace;
  const lines = chainedLines(2);
  appendLines(root, 'cls/2026-11-24.jsonl', ...lines);
  appendLines(root, 'cls/2026-11-24.other-1.jsonl', lines[1]!);
  const { output } = await validating(recording)([]);
  expect(output).toBe(
    `g/ledger/cls/2026-11-24.other-1.jsonl:1: duplicate-id: has the id of line 2 of ${DAY}\n`,
  );
});
