/** What is found in lines, alone and held against those before them. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DayInspector } from '../../../../tools/lib/ledger/inspect/inspector.js';
import { WriterOrder } from '../../../../tools/lib/ledger/inspect/writer-order.js';
import type { Finding } from '../../../../tools/lib/record/finding.js';
import { InspectedFile } from '../../../support/inspect.js';
import { eventLine } from '../../../support/ledger.js';
import { temporaryDirectory, testClock } from '../../../support/workspace.js';

const at = (time: string): string => `2026-11-24T${time}+07:00`;
const GOOD = eventLine({ ts: at('10:00:00.000') });
const id = (digit: string): string => `01a20ada-2c56-741c-873a-00000000000${digit}`;

/** `line code` of each finding on these lines. */
function told(...lines: (string | Buffer)[]): string[] {
  const bytes = lines.flatMap(line => [Buffer.from(line as string), Buffer.from('\n')]);
  return toldOf(Buffer.concat(bytes));
}

function toldOf(content: Buffer | string): string[] {
  return new InspectedFile(temporaryDirectory()).told(content).filter(finding => !/unchained/.test(finding));
}

test('lines of every tool are valid: ours, older ones, spaced out, with more keys', () => {
  expect(told(GOOD, GOOD.replaceAll('":', '": ').replaceAll(',"', ', "'))).toEqual([]);
  expect(told(GOOD.replace('+07:00', '+0700'), GOOD.replace('.000', ''))).toEqual([]);
  expect(told(GOOD.replace('"data"', '"more":1,"data"'), ` ${GOOD} `)).toEqual([]);
  expect(told(eventLine({ ts: at('10:00:00.000'), summary: 'ก\u0000\u0007"\\\n😀\u202e' }))).toEqual([]);
});

test.each<[string, string | Buffer]>([
  ['json', 'garbage'],
  ['json', GOOD.slice(0, -1)],
  ['json', GOOD.replace('"data":{}', '"data":{"a":NaN}')],
  ['json', '{"a":1}{"b":2}'],
  ['nul', Buffer.alloc(100)],
  ['nul', GOOD.replace('hello', 'he\0llo')],
  ['empty-line', ''],
  ['empty-line', '  '],
  ['schema', '123'],
  ['schema', 'null'],
  ['schema', '[]'],
  ['schema', '{}'],
  ['schema', GOOD.replace('"hello"', '7')],
  ['schema', GOOD.replace('"data":{}', '"data":[]')],
  ['schema', GOOD.replace('info', 'In-fo')],
  ['schema', GOOD.replace('T10', 'T25')],
  ['schema', GOOD.replace('hello', 'x'.repeat(4097))],
  ['schema', GOOD.replace('hello', 'ก'.repeat(1366))],
  [
    'not-utf8',
    Buffer.concat([Buffer.from(GOOD.slice(0, -14)), Buffer.of(0xe0, 0xb8), Buffer.from(GOOD.slice(-14))]),
  ],
  ['surrogate', GOOD.replace('hello', '\\ud83d')],
  ['surrogate', GOOD.replace('"data":{}', '"data":{"\\uDC00":[1]}')],
  ['surrogate', GOOD.replace('hello', '\\ud83d\\n\\ude00')],
  ['bom', `\ufeff${GOOD}`],
  ['crlf', `${GOOD}\r`],
  ['wrong-day', GOOD.replace('2026-11-24', '2026-11-23')],
  ['wrong-agent', eventLine({ ts: at('10:00:00.000'), agent: 'andy' })],
])('%s: %j', (code, line) => {
  expect(told(GOOD, line, GOOD)).toContain(`2 ${code}`);
  expect(
    new Set(
      told(GOOD, line, GOOD)
        .map(finding => finding.split(' ')[0])
        .filter(number => number !== '3'),
    ),
  ).toEqual(new Set(['2']));
});

test('whole surrogate pairs and escaped backslashes are no lone surrogates', () => {
  expect(told(GOOD.replace('hello', '\\ud83d\\ude00 \\\\ud83d \\u0041'))).toEqual([]);
});

test('a last line: whole without its newline, cut off, or on its way', () => {
  expect(toldOf(GOOD)).toEqual(['1 no-newline']);
  expect(toldOf(`${GOOD}\n${GOOD.slice(0, 40)}`)).toEqual(['2 torn']);
  expect(toldOf(`${GOOD}\n\0\0\0`)).toEqual(['2 nul']);
  expect(toldOf('')).toEqual([]);
});

test('a line that is being written is waited for', () => {
  const path = join(temporaryDirectory(), 'day.jsonl');
  writeFileSync(path, `${GOOD}\n${GOOD.slice(0, 40)}`);
  const rests = [GOOD.slice(40, 60), `${GOOD.slice(60)}\n`];
  const clock = { ...testClock(), sleepMs: () => rests.length > 0 && appendFileSync(path, rests.shift()!) };
  const findings: Finding[] = [];
  const inspector = new DayInspector({
    bytes: 0,
    clock: clock as never,
    report: finding => findings.push(finding),
    onBytes: () => undefined,
  });
  inspector.inspect(
    { path, shown: path, agent: 'cls', day: '2026-11-24' },
    { order: new WriterOrder(), chain: undefined },
  );
  expect(findings).toEqual([]);
  expect(inspector.count).toBe(2);
});

test('lines of 256 KiB are valid, longer ones are found, and those after them are not missed', () => {
  const padded = (length: number): string => {
    const line = eventLine({ ts: at('10:00:00.000'), data: { padding: '' } });
    return line.replace('"padding":""', `"padding":"${'x'.repeat(length - line.length)}"`);
  };
  const limit = 256 * 1024;
  expect(told(padded(limit - 1), GOOD)).toEqual([]);
  for (const length of [limit, limit + 1, 2 * limit - 1, 2 * limit, 2 * limit + 1, 5 * limit, 17 * limit]) {
    expect(told(GOOD, padded(length), 'garbage', GOOD), String(length)).toEqual(['2 too-long', '3 json']);
  }
  expect(toldOf('x'.repeat(3 * limit))).toEqual(['1 too-long']);
});

test('ids that come twice are found and named by the first line that has them', () => {
  const lines = ['1', '2', '3', '1', '4', '2', '1'].map(digit =>
    eventLine({ ts: at('10:00:00.000'), id: id(digit) }),
  );
  const findings = new InspectedFile(temporaryDirectory()).inspect(`${lines.join('\n')}\n`);
  const doubles = findings.filter(({ code }) => code === 'duplicate-id');
  expect(doubles.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '4: has the id of line 1 of day.jsonl',
    '6: has the id of line 2 of day.jsonl',
    '7: has the id of line 1 of day.jsonl',
  ]);
});

test('times are compared writer by writer, as instants', () => {
  const line = (ts: string, writer?: string): string => eventLine({ ts, ...(writer && { writer }) });
  expect(
    told(line(at('10:00:00.000'), 'a'), line(at('09:00:00.000'), 'b'), line(at('10:00:00.000'), 'a')),
  ).toEqual([]);
  expect(told(line(at('10:00:00.000')), line('2026-11-24T03:30:00Z'), line(at('10:29:59.999')))).toEqual([
    '3 order',
  ]);
  expect(told(line(at('10:00:00.5')), line(at('10:00:00.25')), line(at('10:00:00.26')))).toEqual(['2 order']);
});

test('hostile content gives findings', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(
    told(deep, GOOD.replace('"data":{}', `"data":{"a":${deep}}`), `{"data":{"__proto__":{"a":1}}}`),
  ).toEqual(['1 schema', '3 schema']);
  const random = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256));
  expect(toldOf(random).length).toBeGreaterThan(10);
});
