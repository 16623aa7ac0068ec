import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readHead } from '../../../tools/lib/ledger/head.js';
import { checkDayFile, wholeDay } from '../../support/chain.js';
import { type Recorder, recorder } from '../../support/recorder.js';
import { rounds, seededRandom } from '../../support/rounds.js';

const headFile = ({ workspace }: Recorder): string => join(workspace.control, 'heads/cls/2026-11-24.json');
const OLD_LINE = JSON.stringify({
  ...{ ts: '2026-11-24T09:00:00+0700', agent: 'cls', session_id: 'old', event: 'info' },
  ...{ task_id: 'T', source: 'zsh', summary: 'by hand', data: {} },
});

/** A day with three events in it. */
function startedDay(): Recorder {
  const started = recorder();
  for (const summary of ['one', 'two', 'three']) started.record({ summary });
  return started;
}

function quarantined(path: string): string[] {
  return readdirSync(dirname(path)).filter(name => name.startsWith(`${basename(path)}.torn-`));
}

test('a torn last line is moved aside, whole, and the next event stands on a line of its own', () => {
  const { record, dayPath, warnings } = startedDay();
  appendFileSync(dayPath(), '{"ts":"2026-11-24T1');
  record({ summary: 'four' });
  expect(wholeDay(dayPath()).map(({ summary }) => summary)).toEqual(['one', 'two', 'three', 'four']);
  const [aside, ...more] = quarantined(dayPath());
  expect(more).toEqual([]);
  expect(readFileSync(join(dirname(dayPath()), aside!), 'utf8')).toBe('{"ts":"2026-11-24T1');
  expect(warnings).toEqual([expect.stringMatching(/moved a torn last line .* \(19 bytes\) to .*\.torn-/)]);
});

test.each([
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['a long fragment', Buffer.from(`{"summary":"${'x'.repeat(300_000)}`)],
  ['JSON that is no event', Buffer.from('{"a":1}')],
  ['zeros, as after a power cut', Buffer.alloc(5000)],
])('%s at the end are moved aside', (_what, fragment) => {
  const { record, dayPath } = startedDay();
  appendFileSync(dayPath(), fragment);
  record();
  expect(wholeDay(dayPath())).toHaveLength(4);
  expect(readFileSync(join(dirname(dayPath()), quarantined(dayPath())[0]!))).toEqual(fragment);
});

test('a fragment that is all there is is moved aside', () => {
  const { record, dayPath } = startedDay();
  writeFileSync(dayPath(), '{"ts"');
  record();
  expect(quarantined(dayPath())).toHaveLength(1);
  expect(readFileSync(dayPath(), 'utf8')).toMatch(/^\{"ts":"2026.*\n$/);
});

test('a whole last line without its newline is completed, not moved', () => {
  const { record, dayPath, warnings } = startedDay();
  appendFileSync(dayPath(), OLD_LINE);
  record();
  expect(wholeDay(dayPath()).map(({ summary }) => summary)).toEqual([
    'one',
    'two',
    'three',
    'by hand',
    'hello',
  ]);
  expect(quarantined(dayPath())).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/completed the last line of/)]);
});

test('our own last line, written but cut of its newline, keeps its place in the chain', () => {
  const { record, dayPath } = startedDay();
  truncateSync(dayPath(), readFileSync(dayPath()).length - 1);
  record();
  expect(wholeDay(dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('lines of older tools between ours leave the chain whole', () => {
  const { record, dayPath, warnings } = startedDay();
  appendFileSync(dayPath(), `${OLD_LINE}\n${OLD_LINE}\n`);
  record();
  appendFileSync(dayPath(), `not even JSON\n`);
  record();
  const { events, problems } = checkDayFile(dayPath());
  expect(events).toHaveLength(7);
  expect(problems).toEqual([expect.stringMatching(/^7: not an event/)]);
  expect(warnings).toEqual([]);
});

test('a day that an older tool began is continued', () => {
  const started = recorder();
  started.record();
  writeFileSync(started.dayPath(), `${OLD_LINE}\n`);
  rmSync(headFile(started));
  expect(started.record().event.seq).toBe(1);
  expect(wholeDay(started.dayPath())).toHaveLength(2);
});

test.each([
  ['lost', (path: string) => rmSync(path)],
  ['empty', (path: string) => writeFileSync(path, '')],
  ['damaged', (path: string) => writeFileSync(path, '{"writer":"x"')],
  ['of another shape', (path: string) => writeFileSync(path, '{"writer":1,"size":"x"}')],
  ['filled with zeros', (path: string) => writeFileSync(path, Buffer.alloc(200))],
])('a head that is %s is folded from the file again', (_what, damage) => {
  const started = startedDay();
  damage(headFile(started));
  started.record();
  expect(wholeDay(started.dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(started.warnings).toEqual([]);
});

test('a stale head is brought up to the file', () => {
  const started = startedDay();
  const stale = readFileSync(headFile(started));
  for (let count = 0; count < 3; count++) started.record();
  writeFileSync(headFile(started), stale);
  started.record();
  expect(wholeDay(started.dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a head of another writer is not continued', () => {
  const started = startedDay();
  const copy = { ...started.workspace, writer: 'copy-00000000' };
  expect(recorder({ workspace: copy, clock: started.clock }).record().event).toMatchObject({ seq: 1 });
  expect(wholeDay(started.dayPath())).toHaveLength(4);
});

test('a file that lost its tail goes on behind it, so that the gap stays visible', () => {
  const { record, dayPath, warnings } = startedDay();
  const [first] = readFileSync(dayPath(), 'utf8').split('\n');
  writeFileSync(dayPath(), `${first}\n`);
  expect(record().event.seq).toBe(4);
  expect(warnings).toEqual([expect.stringMatching(/has lost \d+ bytes at its end.*ledger-validate --chain/)]);
  expect(checkDayFile(dayPath()).problems).toEqual([
    expect.stringMatching(/^2: seq 4 after 1/),
    expect.stringMatching(/^2: the chain is broken/),
  ]);
  record();
  expect(checkDayFile(dayPath()).problems).toHaveLength(2);
  expect(warnings).toHaveLength(1);
});

test('a file that is gone is begun again, visibly', () => {
  const { record, dayPath, warnings } = startedDay();
  rmSync(dayPath());
  expect(record().event.seq).toBe(4);
  expect(warnings).toEqual([expect.stringMatching(/has lost/)]);
});

test('the head covers every byte of the file after each append', () => {
  const { record, dayPath, workspace } = startedDay();
  record({ idempotency_key: 'k' });
  const head = readHead(workspace, 'cls', '2026-11-24');
  expect(head).toMatchObject({ size: readFileSync(dayPath()).length, seq: 4, keys: 1, sessions: 1 });
});

test('wherever a crash cuts the file, what stands before the cut is kept and the rest is set aside', () => {
  const random = seededRandom(1);
  for (let round = 0; round < rounds(40, 4000); round++) {
    const started = startedDay();
    const whole = readFileSync(started.dayPath());
    const keep = Math.trunc(random() * whole.length);
    const added = whole.subarray(0, keep);
    rmSync(headFile(started));
    writeFileSync(started.dayPath(), added);
    started.record();
    const { events, problems } = checkDayFile(started.dayPath());
    expect(problems, `cut at ${keep}`).toEqual([]);
    const asides = quarantined(started.dayPath()).map(name =>
      readFileSync(join(dirname(started.dayPath()), name)),
    );
    const kept = events.length - 1;
    expect(kept).toBe(added.toString().split('\n').length - 1 + (isCompleted(whole, keep) ? 1 : 0));
    expect(Buffer.concat(asides).length > 0).toBe(
      keep > 0 && added.at(-1) !== 10 && !isCompleted(whole, keep),
    );
  }
});

/** Whether the cut took nothing but a newline. */
function isCompleted(whole: Buffer, keep: number): boolean {
  return whole[keep] === 10;
}

test('quarantine files are private and never overwritten', () => {
  const { record, dayPath } = startedDay();
  for (const fragment of ['torn 1', 'torn 2']) {
    appendFileSync(dayPath(), fragment);
    record();
  }
  expect(quarantined(dayPath())).toHaveLength(2);
  expect(existsSync(dayPath())).toBe(true);
});
