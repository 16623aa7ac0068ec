/** Queries against the plainest way to answer them: read everything, and sort it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatTimestamp, parseTimestamp } from '../../../tools/lib/clock.js';
import { looseEvent } from '../../../tools/lib/ledger/day.js';
import { listDayFiles } from '../../../tools/lib/ledger/day-file.js';
import { EVERYTHING, type Filter, lineTest } from '../../../tools/lib/ledger/filter.js';
import { countEvents, readEvents } from '../../../tools/lib/ledger/read-events.js';
import { Skipped } from '../../../tools/lib/ledger/skipped.js';
import { appendLines, eventLine } from '../../support/ledger.js';
import { type Below, rounds, seededBelow } from '../../support/rounds.js';
import { temporaryWorkspace } from '../../support/workspace.js';

function queried(root: string, filter: Filter, limit?: number): string[] {
  const lines = [...readEvents(root, { filter, limit }, new Skipped())].map(String);
  expect(countEvents(root, { filter, limit }, new Skipped())).toBe(lines.length);
  return lines;
}

test('a limit finds the newest wherever they stand in a large file', () => {
  const { root } = temporaryWorkspace();
  const below = seededBelow(1);
  const lines = Array.from({ length: 1500 }, (_, index) => {
    const ts = formatTimestamp(Date.parse('2026-11-24T00:00:00Z') + below(86_400_000), 0);
    return eventLine({ ts, summary: `${index} ${'x'.repeat(below(1000))}` });
  });
  appendLines(root, 'cls/2026-11-24.jsonl', ...lines);
  for (const limit of [1, 7, 700]) {
    expect(queried(root, EVERYTHING, limit)).toEqual(sortedEvents(root, EVERYTHING, limit));
  }
});

test('any ledger and any query: the same events as by reading and sorting everything', () => {
  const below = seededBelow(2);
  for (let round = 0; round < rounds(60, 6000); round++) {
    const { root } = temporaryWorkspace();
    writeRandomLedger(root, below);
    const start = Date.parse('2026-03-05T00:00:00Z') + below(5 * 86_400) * 1000;
    const filter: Filter = {
      ...EVERYTHING,
      ...(below(2) && { period: { sinceMs: start, untilMs: start + below(4 * 86_400) * 1000 } }),
      ...(below(3) === 0 && { tasks: [`T/${below(4)}`] }),
      ...(below(4) === 0 && { agents: ['a', 'b'].slice(below(2)) }),
    };
    const limit = below(2) ? below(12) : undefined;
    expect(queried(root, filter, limit)).toEqual(sortedEvents(root, filter, limit));
  }
});

/** Zones, clock steps, ties, copies, junk; most files in order, some not at all. */
function writeRandomLedger(root: string, below: Below): void {
  const hexId = (): string => `0193a0c0-0000-7000-8000-${String(below(1e6)).padStart(12, '0')}`;
  for (let file = 0; file < 12; file++) {
    const agent = ['a', 'b', 'c'][below(3)]!;
    const offset = [-720, -300, 0, 420, 840][below(5)]!;
    const day = Date.parse('2026-03-04T00:00:00Z') + below(8) * 86_400_000;
    const writer = ['', '.w1', '.w1.2', '.w2'][below(4)]!;
    const lines: string[] = [];
    let wallMs = day;
    for (let count = below(9); count > 0; count--) {
      wallMs =
        below(5) === 0 ? day + below(86_400_000) : Math.min(wallMs + below(4_000_000), day + 86_399_999);
      if (below(4) === 0) wallMs = day + Math.trunc((wallMs - day) / 14_400_000) * 14_400_000;
      const ts = formatTimestamp(wallMs - offset * 60_000, offset);
      lines.push(
        eventLine({ ts, agent, task_id: `T/${below(4)}`, ...(below(2) && { id: hexId() }) }).replace(
          'T/',
          ['T/', 'T\\/', '\\u0054/'][below(3)]!,
        ),
      );
      if (below(12) === 0) lines.push(['', '{"ts":1}', 'junk'][below(3)]!);
    }
    const name = `${agent}/${new Date(day).toISOString().slice(0, 10)}`;
    appendLines(root, `${name}${writer}.jsonl`, ...lines);
    if (below(3) === 0)
      appendLines(root, `${name}.copy-1.jsonl`, ...lines.filter(line => line.includes('"id"')));
  }
}

/** What a query must give, by the plainest means. */
function sortedEvents(root: string, filter: Filter, limit?: number): string[] {
  const found = listDayFiles(root).flatMap(({ path }) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap(line => {
        const event = looseEvent(Buffer.from(line));
        return event ? [{ line, event, atMs: parseTimestamp(event.ts)! }] : [];
      }),
  );
  const { isWanted } = lineTest(filter);
  const wanted = found
    .filter(({ event, atMs }) => isWanted(event, atMs))
    .sort((a, b) => {
      const [first = '', second = ''] = [a.event.id, b.event.id];
      return a.atMs - b.atMs || (first < second ? -1 : first > second ? 1 : 0);
    })
    .filter(({ event, line }, index, all) => event.id === undefined || all[index - 1]?.line !== line)
    .map(({ line }) => line);
  return limit === undefined ? wanted : limit === 0 ? [] : wanted.slice(-limit);
}
