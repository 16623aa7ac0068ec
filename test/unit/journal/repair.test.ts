/** `ledger-validate --repair`: what is moved, what stays, and that nobody else notices. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { type Recorder, recorder, startedDay } from '../../support/recorder.js';
import { toldIn, validating } from '../../support/validate.js';
import { linesIn } from '../../support/workspace.js';

const DAY = 'g/ledger/cls/2026-11-24.jsonl';
const OLD = eventLine({ ts: '2026-11-24T10:00:00.000+00:00' });

/** What lies beside the day file. */
function quarantined({ workspace: { root } }: Recorder): string[] {
  const directory = join(root, 'g/ledger/cls');
  const names = readdirSync(directory).filter(name => name !== '2026-11-24.jsonl');
  return names.map(name => readFileSync(join(directory, name), 'utf8'));
}

test('torn and unparsable lines are moved, valid ones of every tool stay, and the chain with them', async () => {
  const recording = recorder();
  const validate = validating(recording);
  recording.record({ summary: 'one' });
  appendFileSync(recording.dayPath(), `{"torn\n${OLD}\n`);
  recording.record({ summary: 'two' });
  appendFileSync(recording.dayPath(), `\0\0\0\n\n{"schema":"wrong"}\n`);
  recording.record({ summary: 'three' });
  const kept = linesIn(recording.dayPath()).filter(line => !/^(\{"torn|\0)/.test(line));
  appendFileSync(recording.dayPath(), '{"ts":"2026-11-2');
  const { status, output, messages } = await validate(['--repair', '--chain']);
  expect(linesIn(recording.dayPath())).toEqual(kept);
  expect(quarantined(recording)).toEqual(['{"torn\n\0\0\0\n{"ts":"2026-11-2']);
  expect(toldIn(output)).toEqual([
    `${DAY}:2 repaired`,
    `${DAY}:4 empty-line`,
    `${DAY}:5 schema`,
    `${DAY}:2 unchained`,
  ]);
  expect(output).toMatch(
    /2: repaired: 3 lines \(2, 5, 9\) are now in g\/ledger\/cls\/2026-11-24\.jsonl\.torn-/,
  );
  expect([status, messages]).toEqual([1, 'ledger-validate: 1 file, 6 lines: 1 error, 1 warning\n']);
});

test('a last line that only lacks its newline is completed', async () => {
  const recording = startedDay();
  writeFileSync(recording.dayPath(), linesIn(recording.dayPath()).join('\n'));
  const { status, output } = await validating(recording)(['--repair', '--chain']);
  expect([status, output]).toEqual([0, `${DAY}:3: repaired: the newline that was missing is there\n`]);
  expect(quarantined(recording)).toEqual([]);
  expect(linesIn(recording.dayPath())).toHaveLength(3);
});

test('appending goes on as if nothing had been: head, keys and sessions', async () => {
  const recording = recorder();
  const validate = validating(recording);
  const first = recording.record({ summary: 'one', idempotency_key: 'k1' });
  appendFileSync(recording.dayPath(), 'garbage\n');
  const second = recording.record({ summary: 'two', idempotency_key: 'k2' });
  appendFileSync(recording.dayPath(), `${'x'.repeat(2000)}\n`);
  expect((await validate(['--repair'])).status).toBe(0);
  expect(recording.record({ summary: 'two', idempotency_key: 'k2' })).toMatchObject({
    isDuplicate: true,
    line: second.line,
  });
  expect(recording.record({ summary: 'one', idempotency_key: 'k1' })).toMatchObject({
    isDuplicate: true,
    line: first.line,
  });
  const third = recording.record({ summary: 'three', idempotency_key: 'k3' });
  expect(third.event).toMatchObject({ seq: 3, session_id: first.event.session_id });
  expect(recording.warnings).toEqual([]);
  expect(await validate(['--chain', '--strict'])).toMatchObject({ status: 0, output: '' });
});

test('events that the head does not know yet are folded after a repair', async () => {
  const recording = recorder();
  recording.record({ summary: 'one' });
  appendFileSync(recording.dayPath(), `garbage\n`);
  const headPath = join(recording.workspace.control, 'heads/cls/2026-11-24.json');
  const head = readFileSync(headPath);
  recording.record({ summary: 'two' });
  writeFileSync(headPath, head);
  expect((await validating(recording)(['--repair'])).status).toBe(0);
  expect(recording.record({ summary: 'three' }).event.seq).toBe(3);
  expect((await validating(recording)(['--chain'])).output).toBe('');
});

test('what a repair cannot bring back stays visible', async () => {
  const recording = startedDay();
  const lines = linesIn(recording.dayPath());
  writeFileSync(recording.dayPath(), `${lines[0]}\n${lines[1]!.slice(0, 50)}\n${lines[2]!.slice(1)}\n`);
  const { status, output } = await validating(recording)(['--repair', '--chain']);
  expect([status, toldIn(output)]).toEqual([1, [`${DAY}:2 repaired`, `${DAY}:1 chain-lost-tail`]]);
  recording.record({ summary: 'four' });
  expect(toldIn((await validating(recording)(['--chain'])).output)).toEqual([`${DAY}:2 chain-missing`]);
});

test('a file in which nothing is to be repaired is not touched, nor is anything made', async () => {
  const recording = recorder();
  appendLines(recording.workspace.root, 'cls/2026-11-24.jsonl', OLD, '{"schema":"wrong"}');
  const { control } = recording.workspace;
  rmSync(control, { recursive: true });
  await validating(recording)(['--repair']);
  expect(existsSync(control)).toBe(false);
  expect(quarantined(recording)).toEqual([]);
});

test("only this checkout's own files are repaired", async () => {
  const recording = startedDay();
  const { root } = recording.workspace;
  const copy = 'g/ledger/cls/2026-11-24.other-1.jsonl';
  appendText(root, copy, 'garbage\n');
  const loose = join(dirname(root), '2026-11-24.jsonl');
  writeFileSync(loose, 'garbage\n');
  const { status, messages } = await validating(recording)(['--repair', copy, loose]);
  expect(status).toBe(1);
  expect(messages.match(/is not repaired/g)).toHaveLength(2);
  expect([readFileSync(join(root, copy), 'utf8'), readFileSync(loose, 'utf8')]).toEqual([
    'garbage\n',
    'garbage\n',
  ]);
});

test('a status that is no JSON is kept and made again from the ledger', async () => {
  const recording = recorder({ updatesStatus: true });
  const path = join(recording.workspace.root, 'agents/cls/status.json');
  recording.record({ event: 'task_start', task_id: 'T-7' });
  writeFileSync(path, '{"agent":');
  const { status, output, messages } = await validating(recording)(['--repair']);
  expect([status, toldIn(output)]).toEqual([0, ['agents/cls/status.json:1 repaired']]);
  expect(messages).toContain('it is kept as');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ state: 'busy', last_task_id: 'T-7' });
  const aside = readdirSync(dirname(path)).find(name => name.includes('damaged'))!;
  expect(readFileSync(join(dirname(path), aside), 'utf8')).toBe('{"agent":');
});

test('a status of an agent without events is moved away; copies and others are left alone', async () => {
  const recording = recorder();
  const { root } = recording.workspace;
  mkdirSync(join(root, 'agents/cls'), { recursive: true });
  for (const name of ['status.json', 'status.other-1.json'])
    writeFileSync(join(root, 'agents/cls', name), '[]');
  const { output, messages } = await validating(recording)(['--repair']);
  expect(toldIn(output).sort()).toEqual([
    'agents/cls/status.json:1 repaired',
    'agents/cls/status.other-1.json:1 schema',
  ]);
  expect(messages).toContain('status.other-1.json is not repaired');
});

test('what cannot be repaired is told of, and does not hinder the rest', async () => {
  const recording = startedDay();
  const validate = validating(recording);
  appendFileSync(recording.dayPath(), 'garbage\n');
  const lock = join(recording.workspace.control, 'locks/cls.lock');
  appendText(recording.workspace.root, 'g/ledger/andy/2026-11-24.jsonl', 'garbage\n');
  rmSync(lock);
  mkdirSync(lock);
  const { status, output, messages } = await validate(['--repair']);
  expect(status).toBe(74);
  expect(toldIn(output)).toEqual(['g/ledger/andy/2026-11-24.jsonl:1 repaired', `${DAY}:4 json`]);
  expect(messages).toContain('cannot open the lock');
});
