/**
 * What a query costs, compared with parsing the lines of the files that it must read. All other day files of
 * the year cannot be read, so a query that tries to fails.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays } from '../../tools/lib/clock.js';
import { EVERYTHING, type Filter } from '../../tools/lib/ledger/filter.js';
import { readEvents } from '../../tools/lib/ledger/read-events.js';
import { Skipped } from '../../tools/lib/ledger/skipped.js';
import { pairedRatio } from './pairs.js';
import type { BenchRow } from './row.js';
import { withScratch } from './scratch.js';

const DAYS = 365;
const LINES_A_DAY = 4000;
const TASKS = 400;
const TURNS = 15;
/** Half of a day and whole days; the files of a day before and after it may have events of other zones. */
const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const WEEK: Filter = { ...EVERYTHING, period: { sinceMs: NOW_MS - 7 * 86_400_000, untilMs: NOW_MS } };
const READ_DAYS = 10;

/** @returns the paths of the newest days' files, oldest first */
function makeYear(root: string): string[] {
  const directory = join(root, 'g/ledger/cls');
  const days = Array.from({ length: DAYS }, (_, back) => addDays('2026-11-25', back - DAYS + 1));
  const paths = days.map(day => join(directory, `${day}.jsonl`));
  for (const path of paths.slice(0, -READ_DAYS)) mkdirSync(path, { recursive: true });
  for (const [index, path] of paths.slice(-READ_DAYS).entries()) {
    writeFileSync(path, dayText(days.at(index - READ_DAYS)!));
  }
  return paths.slice(-READ_DAYS);
}

function dayText(day: string): string {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  const lines = Array.from({ length: LINES_A_DAY }, (_, number) =>
    JSON.stringify({
      ts: new Date(startMs + Math.trunc((number * 86_400_000) / LINES_A_DAY)).toISOString(),
      agent: 'cls',
      session_id: `${day}_cls_001`,
      event: number % 2 === 0 ? 'task_start' : 'task_result',
      task_id: `T-${number % TASKS}`,
      source: 'bench',
      summary: 'a line of the usual length, with a summary that says what was done',
      data: { status: 'ok', duration_ms: 1234, files_touched: ['src/one.ts', 'src/two.ts'] },
      id: `0193a0c0-0000-7000-8000-${String(number).padStart(12, '0')}`,
      ...{ schema_version: 1, writer: 'bench-1', worktree: 'main', seq: number + 1, prev: 'a'.repeat(64) },
    }),
  );
  return lines.map(line => `${line}\n`).join('');
}

function parseLines(paths: string[]): void {
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (let start = 0, end: number; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(10, start);
      JSON.parse(bytes.toString('utf8', start, end));
    }
  }
}

interface Asked {
  filter: Filter;
  limit?: number;
  /** How many events it gives. */
  expected: number;
  /** How many of the newest files are parsed for comparison. */
  days: number;
}

async function measure({ filter, limit, expected, days }: Asked): Promise<{ ratio: number; note: string }> {
  return withScratch(({ root }) => {
    const paths = makeYear(root).slice(-days);
    const ask = (): void => {
      const skipped = new Skipped();
      let count = 0;
      for (const _line of readEvents(root, { filter, limit }, skipped)) count++;
      const messages = skipped.takeMessages();
      if (count !== expected || messages.length > 0)
        throw new Error(`${count} events; ${messages.join('; ')}`);
    };
    return { ratio: pairedRatio(ask, () => parseLines(paths), TURNS), note: `${expected} events found` };
  });
}

export const rows: BenchRow[] = [
  {
    name: 'query: --task X --since 7d in 365 day files / JSON.parse of the lines of that week',
    limit: 0.5,
    measure: () => measure({ filter: { ...WEEK, tasks: ['T-77'] }, expected: 70, days: READ_DAYS }),
  },
  {
    name: 'query: --since 7d in 365 day files / JSON.parse of the lines of that week',
    limit: 2,
    measure: () => measure({ filter: WEEK, expected: 7 * LINES_A_DAY, days: READ_DAYS }),
  },
  {
    name: 'query: --limit 10 in 365 day files / JSON.parse of the lines of one day',
    limit: 2.5,
    measure: () => measure({ filter: EVERYTHING, limit: 10, expected: 10, days: 1 }),
  },
];
