import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  assertFits,
  assertWritable,
  eventProblem,
  formatChained,
  formatEvent,
  type LedgerEvent,
  LONGEST_LINE_BYTES,
} from '../../../tools/lib/record/event.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';

const event: LedgerEvent = {
  ts: '2026-11-24T17:03:09.041+07:00',
  agent: 'cls',
  session_id: '2026-11-24_cls_001',
  event: 'info',
  task_id: 'T-1',
  source: 'test',
  summary: 'hello',
  data: {},
};

const written = (value: LedgerEvent): Buffer => Buffer.from(`${formatEvent(value)}\n`);
const check = (value: LedgerEvent): void => {
  assertFits(written(value).length);
  assertWritable(value);
};
const refused = (changes: Record<string, unknown>): string => {
  const value = { ...event, ...changes } as LedgerEvent;
  return refusal('data', () => check(value));
};

test('an event of an older tool, with the eight fields alone and +0700, is one', () => {
  expect(eventProblem({ ...event, ts: '2025-11-16T10:00:00+0700', session_id: 's' })).toBeUndefined();
  expect(eventProblem({ ...event, later_field: [1] })).toBeUndefined();
});

test('a field that is missing is named', () => {
  expect(eventProblem({ ...event, summary: undefined })).toBe('has no "summary"');
  expect(eventProblem(JSON.parse('{}'))).toBe('has no "ts"');
  expect(eventProblem([])).toMatch(/must be of type object/);
});

test.each([
  [{ ts: 'not a date' }, /ts is not a timestamp/],
  [{ ts: 5 }, /ts must be of type string/],
  [{ agent: 'CLS' }, /agent/],
  [{ event: 'Info' }, /event/],
  [{ event: '1info' }, /event/],
  [{ event: 'a'.repeat(65) }, /event/],
  [{ event: '' }, /event/],
  [{ source: '' }, /source must not be empty/],
  [{ source: 's'.repeat(201) }, /source is longer than 200/],
  [{ source: 'ü'.repeat(101) }, /source is longer than 200 bytes/],
  [{ summary: 'x'.repeat(4097) }, /summary is longer than 4096/],
  [{ summary: '語'.repeat(1366) }, /summary is longer than 4096 bytes/],
  [{ data: [] }, /data must be of type object/],
  [{ data: null }, /data must be of type object/],
  [{ parent_id: '' }, /parent_id must not be empty/],
  [{ idempotency_key: 'k'.repeat(513) }, /idempotency_key is longer than 512/],
])('%j is refused', (changes, message) => {
  expect(refused(changes)).toMatch(message);
});

test('limits hold at the exact byte', () => {
  for (const changes of [
    { summary: 'x'.repeat(4096) },
    { summary: '語'.repeat(1365) },
    { summary: '🎉'.repeat(1024) },
    { source: 'ü'.repeat(100) },
    { idempotency_key: 'k'.repeat(512) },
    { summary: '' },
  ]) {
    const value = { ...event, ...changes };
    expect(() => check(value)).not.toThrow();
  }
});

test('a line of 256 KiB with its newline is kept, one byte more is refused', () => {
  const room = LONGEST_LINE_BYTES - written({ ...event, data: { x: '' } }).length;
  const full = { ...event, data: { x: 'x'.repeat(room) } };
  expect(written(full)).toHaveLength(LONGEST_LINE_BYTES);
  expect(() => check(full)).not.toThrow();
  expect(refused({ data: { x: 'x'.repeat(room + 1) } })).toMatch(/257 KiB long.*at most 256 KiB/);
});

test('every text round-trips byte for byte', () => {
  const texts = fastCheck.string({ unit: 'binary', maxLength: 200 });
  checkProperty(
    fastCheck.property(texts, texts, (summary, value) => {
      const line = formatEvent({ ...event, summary, data: { value, [value]: summary } });
      expect(line).not.toContain('\n');
      const read = JSON.parse(Buffer.from(line).toString());
      expect(read).toMatchObject({ summary });
      expect(read.data.value).toBe(value);
    }),
    1000,
  );
});

test('an event with its place is written as any other, whatever it holds', () => {
  const place = { id: 'i', schema_version: 1, writer: 'w', worktree: 'main', seq: 2, prev: 'p' };
  const text = fastCheck.oneof(fastCheck.string({ unit: 'binary' }), fastCheck.string());
  checkProperty(
    fastCheck.property(
      fastCheck.record({ session_id: text, task_id: text, source: text, summary: text }),
      fastCheck.dictionary(text, fastCheck.jsonValue()),
      fastCheck.record({ parent_id: text, idempotency_key: text }, { requiredKeys: [] }),
      (texts, data, more) => {
        const chained = { ...event, ...texts, data, ...place, ...more };
        expect(formatChained(chained)).toBe(formatEvent(chained));
      },
    ),
    1000,
  );
});
