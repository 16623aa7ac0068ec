import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { wholeDay } from '../../support/chain.js';
import { refusal } from '../../support/failure.js';
import { recorder } from '../../support/recorder.js';
import { checkProperty } from '../../support/rounds.js';
import { linesIn, testClock } from '../../support/workspace.js';

test('an event is one line of its day file, its first eight fields in their order', () => {
  const { record, dayPath } = recorder();
  const { event, line } = record();
  expect(linesIn(dayPath())).toEqual([line]);
  expect(Object.keys(JSON.parse(line)).slice(0, 8)).toEqual([
    ...['ts', 'agent', 'session_id', 'event', 'task_id', 'source', 'summary', 'data'],
  ]);
  expect(event).toMatchObject({ session_id: '2026-11-24_cls_001', seq: 1, worktree: 'main' });
});

test('events are numbered and chained, across calls and within a batch', () => {
  const { record, recordAll, dayPath } = recorder();
  record();
  recordAll([{}, { data: { text: 'ünïcode\n' } }, {}]);
  record({ parent_id: 'x', idempotency_key: 'k' });
  expect(wholeDay(dayPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

test('a refused draft leaves no gap and no trace, and the others are written', () => {
  const { recordAll, dayPath } = recorder();
  const outcomes = recordAll([{}, { event: 'BAD' }, { summary: 'x'.repeat(5000) }, {}]);
  expect(outcomes.map(outcome => outcome instanceof Failure)).toEqual([false, true, true, false]);
  expect(wholeDay(dayPath())).toHaveLength(2);
});

test('when every draft is refused nothing is made', () => {
  const { record, recordAll, dayPath } = recorder();
  refusal('data', () => record({ event: 'BAD' }));
  refusal('data', () => record({ data: { x: 'x'.repeat(300_000) } }));
  expect(recordAll([])).toEqual([]);
  expect(existsSync(dayPath())).toBe(false);
});

test('the day of an event is the day on the wall, and each day has its own chain', () => {
  const clock = testClock('2026-11-24T16:59:59.999Z', 7 * 60);
  const { record, dayPath } = recorder({ clock });
  record();
  clock.advanceMs(1);
  record();
  record();
  expect(wholeDay(dayPath('2026-11-24')).map(({ ts }) => ts)).toEqual(['2026-11-24T23:59:59.999+07:00']);
  expect(wholeDay(dayPath('2026-11-25')).map(({ seq, ts }) => [seq, ts])).toEqual([
    [1, '2026-11-25T00:00:00.000+07:00'],
    [2, '2026-11-25T00:00:00.000+07:00'],
  ]);
});

test('a clock that steps back an hour breaks neither the numbers nor the chain', () => {
  const { record, clock, dayPath } = recorder();
  record();
  clock.advanceMs(-3_600_000);
  const { event } = record();
  expect(event).toMatchObject({
    seq: 2,
    ts: '2026-11-24T09:00:00.000+00:00',
    session_id: '2026-11-24_cls_001',
  });
  clock.advanceMs(-24 * 3_600_000);
  expect(record().event.seq).toBe(1);
  clock.advanceMs(25 * 3_600_000);
  record();
  expect(wholeDay(dayPath())).toHaveLength(3);
  expect(wholeDay(dayPath('2026-11-23'))).toHaveLength(1);
});

test('an import keeps its time and is filed by its date', () => {
  const { recordAll, dayPath } = recorder();
  recordAll([
    { ts: '2025-11-16T10:00:00+0700' },
    { ts: '2025-11-17T00:00:00+07:00' },
    { ts: '2025-11-16T23:59:59.9-11:00' },
  ]);
  expect(wholeDay(dayPath('2025-11-16')).map(({ ts }) => ts)).toEqual([
    ...['2025-11-16T10:00:00+0700', '2025-11-16T23:59:59.9-11:00'],
  ]);
  expect(wholeDay(dayPath('2025-11-17'))).toHaveLength(1);
});

test('ids follow the time and differ', () => {
  const { recordAll } = recorder();
  const outcomes = recordAll(Array.from({ length: 100 }, () => ({})));
  const ids = outcomes.map(outcome => (outcome instanceof Failure ? '' : outcome.event.id!));
  expect(new Set(ids).size).toBe(100);
  expect(new Set(ids.map(id => id.slice(0, 13))).size).toBe(1);
});

test('every text round-trips byte for byte through the file', () => {
  const { record, dayPath } = recorder();
  const text = fastCheck.string({ unit: 'grapheme', maxLength: 200 });
  const nasty = fastCheck.constantFrom(
    '"',
    '\\',
    'a\\nb',
    'C:\\temp',
    '\u0000',
    '\u001b[31m',
    '\u200f',
    '\u2028',
    '$(id)',
  );
  checkProperty(
    fastCheck.property(fastCheck.oneof(text, nasty), fastCheck.jsonValue(), (summary, value) => {
      const cut = Buffer.from(summary).subarray(0, 4000).toString().replaceAll('\ufffd', '');
      const data = JSON.parse(JSON.stringify({ value, [cut]: cut })) as Record<string, unknown>;
      record({ summary: cut, source: cut || 'x', data });
      const last = JSON.parse(linesIn(dayPath()).at(-1)!);
      expect(last.summary).toBe(cut);
      expect(last.source).toBe(cut || 'x');
      expect(JSON.stringify(last.data)).toBe(JSON.stringify(data));
    }),
    100,
  );
  wholeDay(dayPath());
});

test('what is not a file of ours in the directory of the agent is left alone', () => {
  const { record, workspace } = recorder();
  record();
  expect(readdirSync(join(workspace.root, 'g/ledger/cls'))).toEqual(['2026-11-24.jsonl']);
  expect(readFileSync(join(workspace.control, 'heads/cls/2026-11-24.json'), 'utf8')).toMatch(/^\{"size":/);
});

test('a line is what JSON makes of its event, whatever the event holds', () => {
  const { record } = recorder();
  checkProperty(
    fastCheck.property(
      fastCheck.string({ unit: 'grapheme', maxLength: 60 }),
      fastCheck.dictionary(fastCheck.string({ maxLength: 8 }), fastCheck.jsonValue()),
      fastCheck.option(fastCheck.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
        nil: undefined,
      }),
      (text, data, key) => {
        const { event, line } = record({
          summary: text,
          source: `s${text}`.slice(0, 20),
          data,
          parent_id: key,
        });
        expect(line).toBe(JSON.stringify(event));
      },
    ),
    100,
  );
});
