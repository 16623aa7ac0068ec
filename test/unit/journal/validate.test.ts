/** Validating a root, directories and files: what is looked at, and what is told. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { recorder, startedDay } from '../../support/recorder.js';
import { toldIn, validating } from '../../support/validate.js';
import { linesIn } from '../../support/workspace.js';

const DAY = 'g/ledger/cls/2026-11-24.jsonl';
const OLD = eventLine({ ts: '2026-11-24T10:00:00.000+00:00' });

test('a root in which all is well says nothing', async () => {
  const recording = recorder({ updatesStatus: true });
  const validate = validating(recording);
  expect(await validate([])).toEqual({ status: 0, output: '', messages: '' });
  for (const task_id of ['T-1', 'T-2']) recording.record({ event: 'task_start', task_id });
  expect(await validate(['--chain', '--strict'])).toEqual({ status: 0, output: '', messages: '' });
});

test('findings are lines an editor can jump to, or JSON; the summary is on stderr', async () => {
  const recording = startedDay();
  const validate = validating(recording);
  appendFileSync(recording.dayPath(), 'garbage\n');
  const { status, output, messages } = await validate([]);
  expect([status, toldIn(output)]).toEqual([1, [`${DAY}:4 json`]]);
  expect(messages).toBe('ledger-validate: 1 file, 4 lines: 1 error, 0 warnings\n');
  const json = await validate(['--json']);
  expect(JSON.parse(json.output)).toMatchObject({ path: DAY, line: 4, code: 'json', severity: 'error' });
});

test('warnings fail only when they shall', async () => {
  const recording = recorder();
  appendLines(recording.workspace.root, 'cls/2026-11-24.jsonl', OLD, '', OLD);
  const validate = validating(recording);
  expect(await validate([])).toMatchObject({ status: 0, output: `${DAY}:2: empty-line: is empty\n` });
  expect((await validate(['--strict'])).status).toBe(1);
});

test('on a terminal there is a summary, and a bar for long work that leaves nothing behind', async () => {
  const recording = startedDay();
  const isTerminal = (stream: string): boolean => stream === 'messages';
  let nowMs = 0;
  const clock = { ...recording.clock, nowMs: () => (nowMs += 1000) };
  const { output, messages } = await validating(recording)([], { isTerminal, clock });
  expect(output).toBe('');
  expect(messages).toMatch(/^\r\u001b\[K\[#+\] 100%\r\u001b\[Kledger-validate: 1 file, 3 lines: valid\n$/);
});

test('files and directories can be named, each is taken once', async () => {
  const recording = startedDay();
  const { root } = recording.workspace;
  appendLines(root, 'andy/2026-11-24.jsonl', 'bad');
  const validate = validating(recording);
  expect(toldIn((await validate(['g/ledger/andy'])).output)).toEqual([
    'g/ledger/andy/2026-11-24.jsonl:1 json',
  ]);
  expect((await validate(['g/ledger/cls', recording.dayPath()])).output).toBe('');
  const twice = await validate(['.', 'g/ledger', './g/ledger/andy/2026-11-24.jsonl', root]);
  expect(toldIn(twice.output)).toEqual(['g/ledger/andy/2026-11-24.jsonl:1 json']);
  expect(await validate(['nowhere', 'g'])).toMatchObject({ status: 4, output: '' });
});

test('outside of any root files are validated all the same', async () => {
  const recording = startedDay();
  const elsewhere = join(dirname(recording.workspace.root), 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'copy.jsonl'), `${linesIn(recording.dayPath()).join('\n')}\nbad\n`);
  const validate = validating(recording);
  const { status, output } = await validate(['--chain', 'copy.jsonl'], { cwd: elsewhere });
  expect([status, toldIn(output)]).toEqual([1, ['copy.jsonl:4 json', 'copy.jsonl:4 unanchored']]);
  expect(await validate([], { cwd: elsewhere, environment: {} })).toMatchObject({ status: 3, output: '' });
});

test('the name of a file says day and agent only where it lies in a ledger', async () => {
  const recording = recorder();
  const { root } = recording.workspace;
  const validate = validating(recording);
  appendText(root, 'backup/2026-11-23.jsonl', `${OLD}\n`);
  expect(toldIn((await validate(['backup/2026-11-23.jsonl'])).output)).toEqual([
    'backup/2026-11-23.jsonl:1 wrong-day',
  ]);
  appendLines(root, 'andy/2026-11-24.other-1.2.jsonl', OLD);
  appendLines(root, 'andy/today.jsonl', OLD);
  appendLines(root, 'CLS/2026-11-24.jsonl', OLD);
  expect(toldIn((await validate([])).output).sort()).toEqual([
    'g/ledger/CLS/2026-11-24.jsonl:1 stray-file',
    'g/ledger/andy/2026-11-24.other-1.2.jsonl:1 wrong-agent',
    'g/ledger/andy/today.jsonl:1 stray-file',
  ]);
});

test('what cannot be read is a finding, hides nothing, and decides the exit status', async () => {
  const recording = startedDay();
  const { root } = recording.workspace;
  execFileSync('mkfifo', [join(root, 'g/ledger/cls/2026-11-25.jsonl')]);
  mkdirSync(join(root, 'g/ledger/cls/2026-11-26.jsonl'));
  appendLines(root, 'cls/2026-11-27.jsonl', 'bad');
  const validate = validating(recording);
  const { status, output } = await validate(['--chain']);
  expect([status, toldIn(output).sort()]).toEqual([
    74,
    [25, 26]
      .map(day => `g/ledger/cls/2026-11-${day}.jsonl:1 unreadable`)
      .concat('g/ledger/cls/2026-11-27.jsonl:1 json'),
  ]);
  expect((await validate(['--chain', 'g/ledger/cls/2026-11-25.jsonl'])).status).toBe(74);
});

test('links are followed inside the root, and not out of it', async () => {
  const recording = startedDay();
  const { root } = recording.workspace;
  const outside = join(dirname(root), 'outside');
  mkdirSync(join(outside, 'x'), { recursive: true });
  writeFileSync(join(outside, '2026-11-24.jsonl'), 'secret\n');
  symlinkSync(outside, join(root, 'g/ledger/andy'));
  symlinkSync(join(outside, '2026-11-24.jsonl'), join(root, 'g/ledger/cls/2026-11-23.jsonl'));
  symlinkSync('nowhere', join(root, 'g/ledger/cls/2026-11-22.jsonl'));
  symlinkSync('.', join(root, 'g/ledger/loop'));
  symlinkSync(recording.dayPath(), join(root, 'g/ledger/cls/2026-11-21.jsonl'));
  const { status, output } = await validating(recording)([]);
  expect(status).toBe(77);
  expect(output).not.toContain('secret');
  expect(toldIn(output).filter(told => told.endsWith('unreadable'))).toEqual([
    'g/ledger/andy:1 unreadable',
    'g/ledger/cls/2026-11-22.jsonl:1 unreadable',
    'g/ledger/cls/2026-11-23.jsonl:1 unreadable',
  ]);
});
