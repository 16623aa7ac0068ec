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
import { checkDayFile, wholeDay } from '../../support/chain.js';
import { headFile, recorder, startedDay } from '../../support/recorder.js';
import { rounds, seededRandom } from '../../support/rounds.js';

const OLD_LINE = JSON.stringify({
  ...{ ts: '2026-11-24T09:00:00+0700', agent: 'cls', session_id: 'old', event: 'info' },
  ...{ task_id: 'T', source: 'zsh', summary: 'by hand', data: {} },
});

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

test('wherever a crash cuts the file, what stands before the cut is kept and the rest is set aside', () => {
  const random = seededRandom(1);
  for (let round = 0; round < rounds(12, 4000); round++) {
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
