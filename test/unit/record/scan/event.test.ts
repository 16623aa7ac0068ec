/**
 * Recognising is a short cut and must never say yes where parsing says no: held against `JSON.parse` and the
 * compiled schema, on lines of every kind and on what becomes of them by small changes.
 */
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { parseTimestamp } from '../../../../tools/lib/clock.js';
import { eventProblem, formatEvent, type LedgerEvent } from '../../../../tools/lib/record/event.js';
import { EventScanner } from '../../../../tools/lib/record/scan/event.js';
import { hashText } from '../../../../tools/lib/record/scan/hash.js';
import type { ScannedEvent } from '../../../../tools/lib/record/scan/recognised.js';
import { checkProperty } from '../../../support/rounds.js';

const { constantFrom, integer, nat, oneof, option, property, record, string } = fastCheck;
const scanner = new EventScanner();

function recognised(line: string): ScannedEvent | undefined {
  const bytes = Buffer.from(`${line}\n`);
  scanner.open(bytes);
  return scanner.recognise(0, bytes.length - 1);
}

/** What a line says when it is parsed; undefined when it is no event or would not survive. */
function parsed(line: string): LedgerEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return eventProblem(value) === undefined && JSON.stringify(value).isWellFormed()
      ? (value as LedgerEvent)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns whether it was recognised */
function agrees(line: string): boolean {
  const fields = recognised(line);
  if (fields === undefined) return false;
  const event = parsed(line);
  expect(event, line).toBeDefined();
  const { agent, id, writer, seq, prev, ts } = event!;
  expect({ agent, id, writer, seq, prev }, line).toEqual({
    ...{ agent: fields.agent, id: fields.id, writer: fields.writer, seq: fields.seq, prev: fields.prev },
  });
  expect([fields.day, fields.atMs, fields.hashId(7)], line).toEqual([
    ...[ts.slice(0, 10), parseTimestamp(ts), id === undefined ? undefined : hashText(id, 7)],
  ]);
  expect([fields.event, fields.taskId, JSON.parse(fields.dataText)], line).toEqual([
    ...[event!.event, event!.task_id, event!.data],
  ]);
  return true;
}

const hexDigits = (length: number) =>
  string({ unit: constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const uuid = fastCheck.tuple(...[8, 4, 4, 4, 12].map(hexDigits)).map(parts => parts.join('-'));
const ts = fastCheck
  .tuple(
    constantFrom('2026-11-24', '2026-11-25', '2024-02-29'),
    nat(23),
    nat(59),
    nat(59),
    nat(999),
    constantFrom('+07:00', '-03:30', '+0700', 'Z'),
  )
  .map(([day, ...rest]) => {
    const [hour, minute, second, ms] = rest.slice(0, 4).map(value => String(value).padStart(2, '0'));
    return `${day}T${hour}:${minute}:${second}.${ms!.padStart(3, '0')}${rest[4]}`;
  });
const text = oneof(
  string({ unit: 'grapheme', maxLength: 20 }),
  string({ unit: 'binary-ascii', maxLength: 20 }),
);
const events = record({
  ts,
  agent: constantFrom('cls', 'andy', 'a'),
  session_id: text,
  event: constantFrom('info', 'task_start'),
  task_id: text,
  source: text.filter(value => value !== ''),
  summary: text,
  data: fastCheck.dictionary(text, fastCheck.jsonValue()),
  id: option(uuid, { nil: undefined }),
  schema_version: option(integer({ min: 1, max: 3 }), { nil: undefined }),
  writer: option(constantFrom('mbp-1', 'x'), { nil: undefined }),
  worktree: option(constantFrom('main', '.w_-9'), { nil: undefined }),
  seq: option(integer({ min: 1, max: 10_000_000 }), { nil: undefined }),
  prev: option(hexDigits(64), { nil: undefined }),
  parent_id: option(
    text.filter(value => value !== ''),
    { nil: undefined },
  ),
  idempotency_key: option(
    text.filter(value => value !== ''),
    { nil: undefined },
  ),
}) as fastCheck.Arbitrary<LedgerEvent>;

test('every event that we write is recognised, and says the same', () => {
  checkProperty(
    property(events, event => {
      fastCheck.pre(eventProblem(event) === undefined);
      expect(agrees(formatEvent(event)), formatEvent(event)).toBe(true);
    }),
    1000,
  );
});

test('what is recognised after a small change is what parsing accepts', () => {
  const change = fastCheck.tuple(
    nat(),
    nat(3),
    oneof(
      string({ maxLength: 3 }),
      constantFrom('"', '\\', ',', '{', '}', '\\u', '0', ' ', '\t', ':', '[', 'e', '-', '.'),
    ),
  );
  checkProperty(
    property(events, fastCheck.array(change, { minLength: 1, maxLength: 3 }), (event, changes) => {
      let line = formatEvent(event);
      for (const [at, removed, inserted] of changes) {
        const place = at % (line.length + 1);
        line = line.slice(0, place) + inserted + line.slice(place + removed);
      }
      fastCheck.pre(!line.includes('\n') && line.isWellFormed());
      agrees(line);
    }),
    4000,
  );
});

const LINE = formatEvent({
  ...{ ts: '2026-11-24T10:00:00.000+07:00', agent: 'cls', session_id: 's', event: 'info', task_id: 'T-1' },
  ...{ source: 'test', summary: 'hello', data: {}, id: '01a20ada-2c56-741c-873a-df730fc7f072', seq: 1 },
});

test.each([
  ['fields in another order', LINE.replace('"agent":"cls",', '').replace('"data"', '"agent":"cls","data"')],
  ['a field twice', LINE.replace('"seq":1', '"seq":1,"seq":2')],
  ['an unknown field', LINE.replace('"seq":1', '"more":1')],
  ['an escaped name', LINE.replace('"cls"', '"cl\\u0073"')],
  ['a lone surrogate', LINE.replace('hello', '\\ud83d')],
  ['deep data', LINE.replace('"data":{}', `"data":{"a":${'['.repeat(60)}${']'.repeat(60)}}`)],
  ['white space of other kinds', LINE.replace('"data":{}', '"data":\t{}')],
])('%s is left to the parser', (_name, line) => {
  expect(recognised(line)).toBeUndefined();
});

test.each([
  LINE.replace('"seq":1', '"seq":0'),
  LINE.replace('"seq":1', '"seq":01'),
  LINE.replace('T10', 'T24'),
  LINE.replace('10:00:00', '10:00:60'),
  LINE.replace('hello', 'x'.repeat(4097)),
  LINE.replace('"source":"test"', '"source":""'),
  LINE.replace('2c56', '2C56'),
  LINE.replace('"cls"', '"Cls"'),
  `${LINE} `,
  `${LINE}}`,
  LINE.slice(0, -1),
])('what is no event, or not plainly one, is not recognised: %s', line => {
  expect(recognised(LINE)).toBeDefined();
  expect(recognised(line)).toBeUndefined();
});
