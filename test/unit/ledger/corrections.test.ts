import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EVERYTHING, type Filter } from '../../../tools/lib/ledger/filter.js';
import { countEvents, readEvents } from '../../../tools/lib/ledger/read-events.js';
import { Skipped } from '../../../tools/lib/ledger/skipped.js';
import type { LedgerEvent } from '../../../tools/lib/record/event.js';
import { appendLines, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace } from '../../support/workspace.js';

const OUTCOME = '0193a0c0-0000-7000-8000-000000000001';
const FIRST = '0193a0c0-0000-7000-8000-00000000000a';
const SECOND = '0193a0c0-0000-7000-8000-00000000000b';

const outcome = (more: Partial<LedgerEvent> = {}): string =>
  eventLine({
    ts: '2026-11-24T10:00:00.000Z',
    event: 'task_result',
    data: { status: 'ok', files_touched: ['a'] },
    id: OUTCOME,
    ...more,
  });

const correction = (ts: string, data: object, more: Partial<LedgerEvent> = {}): string =>
  eventLine({ ts, data: { reconciles: OUTCOME, ...data }, parent_id: OUTCOME, ...more });

interface Asked {
  filter?: Partial<Filter>;
  limit?: number;
  isRaw?: boolean;
}

function ask(root: string, { filter, limit, isRaw }: Asked = {}) {
  const skipped = new Skipped();
  const query = { filter: { ...EVERYTHING, ...filter }, limit, isRaw };
  const lines = [...readEvents(root, query, skipped)].map(String);
  expect(countEvents(root, query, new Skipped())).toBe(lines.length);
  expect(skipped.takeMessages()).toEqual([]);
  return lines;
}

const dataOf = (lines: string[]) => lines.map(line => JSON.parse(line).data);

test('an outcome has what its corrections say, and stands alone in its place', () => {
  const { root } = temporaryWorkspace();
  const after = eventLine({ ts: '2026-11-24T12:00:00Z', summary: 'after' });
  const lines = [
    outcome(),
    correction('2026-11-24T10:00:01Z', { tokens: { input: 1 }, status: 'failed' }, { id: FIRST }),
    correction('2026-11-24T10:00:02Z', { tokens: { input: 2 }, session: 'end' }, { id: SECOND }),
    after,
  ];
  appendLines(root, 'cls/2026-11-24.jsonl', ...lines);
  const shown = ask(root);
  expect(shown[1]).toBe(after);
  expect(shown).toHaveLength(2);
  const data = { status: 'ok', files_touched: ['a'], tokens: { input: 2 }, reconciled_by: [FIRST, SECOND] };
  expect(JSON.parse(shown[0]!)).toEqual({ ...JSON.parse(outcome()), data });
  expect(Object.keys(JSON.parse(shown[0]!))).toEqual(Object.keys(JSON.parse(outcome())));
  expect(ask(root, { isRaw: true })).toEqual(lines);
});

test('values are taken from the latest, wherever it stands; the rules that fired are joined', () => {
  const { root } = temporaryWorkspace();
  const late = { cost_usd: 2, files_touched: ['a', 'b'], redactions: ['x', 'y'] };
  appendLines(
    root,
    'cls/2026-11-24.jsonl',
    outcome({ data: { redactions: ['z'], cost_usd: 1 } }),
    correction('2026-11-24T11:00:00Z', late, { id: SECOND }),
    correction('2026-11-24T10:30:00Z', { cost_usd: 3, tokens: { input: 1 } }, { id: FIRST }),
  );
  expect(dataOf(ask(root))).toEqual([
    {
      redactions: ['x', 'y', 'z'],
      ...{ cost_usd: 2, tokens: { input: 1 }, files_touched: ['a', 'b'], reconciled_by: [FIRST, SECOND] },
    },
  ]);
});

test('a correction of another day counts, up to a week later', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, 'cls/2026-11-24.jsonl', outcome());
  appendLines(root, 'cls/2026-12-01.jsonl', correction('2026-12-01T10:00:00Z', { cost_usd: 7 }));
  appendLines(root, 'cls/2026-12-02.jsonl', correction('2026-12-02T10:00:00Z', { cost_usd: 8 }));
  for (const query of [{}, { limit: 1 }, { filter: { events: ['task_result'] } }]) {
    expect(dataOf(ask(root, query))).toMatchObject([{ cost_usd: 7 }]);
  }
});

test('a correction after --until counts when it lies in a file that is opened anyway', () => {
  const { root } = temporaryWorkspace();
  appendLines(root, 'cls/2026-11-24.jsonl', outcome());
  appendLines(root, 'cls/2026-11-25.jsonl', correction('2026-11-25T09:00:00Z', { cost_usd: 7 }));
  mkdirSync(join(root, 'g/ledger/cls/2026-11-26.jsonl'));
  const sinceMs = Date.parse('2026-11-24T10:00:00Z');
  const period = { sinceMs, untilMs: Date.parse('2026-11-25T00:00:00Z') };
  expect(dataOf(ask(root, { filter: { period } }))).toMatchObject([{ cost_usd: 7 }]);
  const early = { sinceMs, untilMs: sinceMs + 1 };
  expect(dataOf(ask(root, { filter: { period: early }, limit: 5 }))).toMatchObject([{ cost_usd: 7 }]);
});

test('filters see what is known now, and limits count what is shown', () => {
  const { root } = temporaryWorkspace();
  appendLines(
    root,
    'cls/2026-11-24.jsonl',
    outcome(),
    correction('2026-11-24T10:00:01Z', { files_touched: ['new.txt'] }),
    eventLine({ ts: '2026-11-24T10:00:02Z', summary: 'last' }),
  );
  expect(ask(root, { filter: { texts: ['NEW.txt'] } })).toHaveLength(1);
  expect(ask(root, { filter: { texts: ['NEW.txt'] }, limit: 1 })).toHaveLength(1);
  expect(ask(root, { limit: 2 }).map(line => JSON.parse(line).event)).toEqual(['task_result', 'info']);
  expect(ask(root, { filter: { events: ['info'] } })).toHaveLength(1);
});

test('another agent or writer corrects nothing, nor does what is no correction', () => {
  const { root } = temporaryWorkspace();
  appendLines(
    root,
    'cls/2026-11-24.jsonl',
    outcome({ writer: 'ours-1' }),
    correction('2026-11-24T10:00:01Z', { cost_usd: 1 }, { writer: 'other-1' }),
    correction('2026-11-24T10:00:02Z', { cost_usd: 2 }, { writer: 'ours-1', event: 'error' }),
    eventLine({ ts: '2026-11-24T10:00:03Z', writer: 'ours-1', data: { reconciles: 7 } }),
  );
  appendLines(
    root,
    'andy/2026-11-24.jsonl',
    correction('2026-11-24T10:00:04Z', { cost_usd: 3 }, { agent: 'andy', writer: 'ours-1' }),
  );
  const shown = ask(root);
  expect(shown[0]).toBe(outcome({ writer: 'ours-1' }));
  expect(shown).toHaveLength(3);
});

test('an outcome that a copy has as well is shown once, corrected', () => {
  const { root } = temporaryWorkspace();
  const lines = [outcome(), correction('2026-11-24T10:00:01Z', { cost_usd: 1 }, { id: FIRST })];
  appendLines(root, 'cls/2026-11-24.jsonl', ...lines);
  appendLines(root, 'cls/2026-11-24.copy-1.jsonl', ...lines);
  expect(dataOf(ask(root))).toMatchObject([{ cost_usd: 1, reconciled_by: [FIRST] }]);
});
