import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatTimestamp } from '../../../tools/lib/clock.js';
import { EVERYTHING, type Filter } from '../../../tools/lib/ledger/filter.js';
import { countEvents, type Query, readEvents } from '../../../tools/lib/ledger/read-events.js';
import { Skipped } from '../../../tools/lib/ledger/skipped.js';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace } from '../../support/workspace.js';

function query(root: string, filter: Partial<Filter> = {}, limit?: number) {
  const skipped = new Skipped();
  const wanted: Query = { filter: { ...EVERYTHING, ...filter }, limit };
  const lines = [...readEvents(root, wanted, skipped)].map(String);
  expect(countEvents(root, wanted, new Skipped())).toBe(lines.length);
  return { lines, messages: skipped.takeMessages(), skipped };
}

const summaries = (lines: string[]): string[] => lines.map(line => JSON.parse(line).summary);
test('events of all agents and writers come in the order of their instants, then ids', () => {
  const { root } = temporaryWorkspace();
  const id = (digit: number): string => `0193a0c0-0000-7000-8000-00000000000${digit}`;
  appendLines(
    root,
    'cls/2026-11-24.jsonl',
    eventLine({ ts: '2026-11-24T10:00:00.000+07:00', summary: 'second' }),
    eventLine({ ts: '2026-11-24T12:00:00.000+07:00', summary: 'fifth', id: id(2) }),
  );
  appendLines(
    root,
    'cls/2026-11-24.far-1.2.jsonl',
    eventLine({ ts: '2026-11-24T04:00:00.000+00:00', summary: 'third' }),
  );
  appendLines(
    root,
    'andy/2026-11-23.west-1.jsonl',
    eventLine({ ts: '2026-11-23T22:30:00.000-06:00', summary: 'early in UTC', agent: 'andy' }),
    eventLine({ ts: '2026-11-23T23:00:00.000-06:00', summary: 'fourth', agent: 'andy', id: id(1) }),
    eventLine({ ts: '2026-11-23T20:00:00Z', summary: 'first', agent: 'andy' }),
  );
  expect(summaries(query(root).lines)).toEqual([
    ...['first', 'second', 'third', 'early in UTC', 'fourth', 'fifth'],
  ]);
});

test('the stored bytes are given unchanged, whatever the line looks like', () => {
  const { root } = temporaryWorkspace();
  const line = ` ${eventLine({ ts: '2026-11-24T10:00:00+0000', summary: '\u009b \u{1f642} "' })}\t\r`;
  const escaped = eventLine({ ts: '2026-11-24T11:00:00Z', task_id: 'T-9' }).replace('T-9', '\\u0054-9');
  appendLines(root, 'cls/2026-11-24.jsonl', line, escaped);
  expect(query(root).lines).toEqual([line, escaped]);
  expect(query(root, { tasks: ['T-9'] }).lines).toEqual([escaped]);
});

test('a copied checkout shows each event once; equal events of older tools are each shown', () => {
  const { root } = temporaryWorkspace();
  const ts = '2026-11-24T10:00:00.000Z';
  const ours = eventLine({ ts, id: '0193a0c0-0000-7000-8000-000000000001', writer: 'origin-1' });
  appendLines(root, 'cls/2026-11-24.jsonl', ours, eventLine({ ts }), eventLine({ ts }));
  appendLines(root, 'cls/2026-11-24.origin-1.jsonl', ours);
  expect(query(root).lines).toHaveLength(3);
  expect(query(root, {}, 1).lines).toEqual([ours]);
});

test('a torn last line is tolerated and told of; a whole one without its newline is an event', () => {
  const { root } = temporaryWorkspace();
  const whole = eventLine({ ts: '2026-11-24T10:00:00.000Z' });
  appendText(root, 'g/ledger/cls/2026-11-24.jsonl', whole);
  const torn = appendText(root, 'g/ledger/andy/2026-11-24.jsonl', whole.slice(0, 40));
  const { lines, messages } = query(root, { tasks: ['T-1'] });
  expect(lines).toEqual([whole]);
  expect(messages).toEqual([`skipped the torn last line of ${torn}`]);
});

test('lines that are no events are told of by number, also when the filter need not parse them', () => {
  const { root } = temporaryWorkspace();
  const whole = eventLine({ ts: '2026-11-24T10:00:00.000Z' });
  const path = appendLines(
    root,
    'cls/2026-11-24.jsonl',
    whole,
    '',
    'garbage',
    `${whole.slice(0, 50)}`,
    whole,
  );
  const { lines, messages } = query(root, { tasks: ['no such'] });
  expect(lines).toEqual([]);
  expect(messages).toEqual([
    `skipped 2 lines that are no events, first line 3 in ${path}; "ledger-validate" says why`,
  ]);
  expect(query(root).lines).toEqual([whole, whole]);
});

test('what cannot be read is told of and does not hide the rest', () => {
  const { root } = temporaryWorkspace();
  const whole = eventLine({ ts: '2026-11-24T10:00:00.000Z' });
  appendLines(root, 'cls/2026-11-24.jsonl', whole);
  mkdirSync(join(root, 'g/ledger/cls/2026-11-23.jsonl'));
  const { lines, messages, skipped } = query(root);
  expect(lines).toEqual([whole]);
  expect(messages).toHaveLength(1);
  expect(skipped.firstKind).toBe('disk');
});

test('a file that is removed while a query runs is told of as that, and is no failure', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, 'cls/2026-11-01.jsonl', eventLine({ ts: '2026-11-01T10:00:00Z' }));
  const gone = appendLines(root, 'cls/2026-11-20.jsonl', eventLine({ ts: '2026-11-20T10:00:00Z' }));
  const skipped = new Skipped();
  const lines = readEvents(root, { filter: EVERYTHING }, skipped);
  expect(lines.next().done).toBe(false);
  rmSync(gone);
  expect(lines.next().done).toBe(true);
  expect(skipped.takeMessages()).toEqual([`there is no ${gone} any more; its events are not shown`]);
  expect(skipped.firstKind).toBeUndefined();
});

test('an event outside the period by its first ts and inside by its last is found', () => {
  const { root } = temporaryWorkspace();
  const twice = eventLine({ ts: '2026-11-24T08:00:00Z' }).replace(/}$/, ',"ts":"2026-11-24T10:00:00Z"}');
  const hidden = twice.replace(',"ts"', ',"\\u0074s"');
  appendLines(root, 'cls/2026-11-24.jsonl', twice, hidden, eventLine({ ts: '2026-11-24T08:00:00Z' }));
  const period = { sinceMs: Date.parse('2026-11-24T09:00:00Z'), untilMs: Infinity };
  expect(query(root, { period }).lines).toEqual([twice, hidden]);
});

test('files outside the period are not opened', () => {
  const { root } = temporaryWorkspace();
  for (const day of ['2026-03-08', '2026-03-13', '2025-03-10']) {
    mkdirSync(join(root, `g/ledger/cls/${day}.jsonl`), { recursive: true });
  }
  const inside = ['2026-03-10T00:00:00.000Z', '2026-03-11T23:59:59.999Z'];
  appendLines(root, 'cls/2026-03-10.jsonl', eventLine({ ts: inside[0]! }));
  appendLines(root, 'cls/2026-03-11.jsonl', eventLine({ ts: inside[1]! }));
  // The same instants as clocks at both ends of the world show them.
  const east = eventLine({ ts: formatTimestamp(Date.parse(inside[1]!), 840), agent: 'east' });
  const west = eventLine({ ts: formatTimestamp(Date.parse(inside[0]!), -720), agent: 'west' });
  appendLines(root, 'east/2026-03-12.jsonl', east);
  appendLines(root, 'west/2026-03-09.jsonl', west);
  const period = { sinceMs: Date.parse(inside[0]!), untilMs: Date.parse(inside[1]!) + 1 };
  const { lines, messages } = query(root, { period });
  expect(messages).toEqual([]);
  expect(lines).toHaveLength(4);
  expect(query(root, { period: { ...period, untilMs: period.untilMs - 1 } }).lines).toHaveLength(2);
});

test('a limit takes the newest and does not open older files than it must', () => {
  const { root } = temporaryWorkspace();
  mkdirSync(join(root, 'g/ledger/cls/2026-11-19.jsonl'), { recursive: true });
  for (const day of [20, 21, 22, 23, 24]) {
    const ts = `2026-11-${day}T10:00:00.000Z`;
    appendLines(root, `cls/2026-11-${day}.jsonl`, eventLine({ ts, summary: `${day}` }));
  }
  // Clocks step back, and imports come late.
  appendLines(root, 'cls/2026-11-24.jsonl', eventLine({ ts: '2026-11-24T09:00:00.000Z', summary: 'late' }));
  const { lines, messages } = query(root, {}, 2);
  expect(summaries(lines)).toEqual(['late', '24']);
  expect(messages).toEqual([]);
  expect(query(root, {}, 0).lines).toEqual([]);
  expect(summaries(query(root, {}, 100).lines)).toHaveLength(6);
});

test('texts are found in the summary and deep in data, whatever their case', () => {
  const { root } = temporaryWorkspace();
  const ts = '2026-11-24T10:00:00.000Z';
  const inSummary = eventLine({ ts, summary: 'Fixed the PARSER' });
  const inData = eventLine({ ts, data: { files: [{ path: 'src/Parser.ts' }] } });
  appendLines(root, 'cls/2026-11-24.jsonl', inSummary, inData, eventLine({ ts, data: { parser: 1 } }));
  expect(query(root, { texts: ['parser'] }).lines).toEqual([inSummary, inData]);
  expect(query(root, { texts: ['src/', 'fixed'] }).lines).toHaveLength(2);
});

test('kinds of conditions all hold, values of one kind are alternatives', () => {
  const { root } = temporaryWorkspace();
  const line = (event: string, task_id: string): string =>
    eventLine({ ts: '2026-11-24T10:00:00.000Z', event, task_id });
  const all = ['error', 'info'].flatMap(event => ['A', 'B', 'C'].map(task => line(event, task)));
  appendLines(root, 'cls/2026-11-24.jsonl', ...all);
  const { lines } = query(root, { events: ['error'], tasks: ['A', 'C'] });
  expect(lines).toEqual([line('error', 'A'), line('error', 'C')]);
  expect(query(root, { agents: ['andy'] }).lines).toEqual([]);
});
