/**
 * Reading events across agents, writers and days, in the order of (instant, id). Only the files of the days
 * that can hold wanted events are opened; corrections are looked for in them, too.
 */
import type { DayFile } from './day-file.js';
import { type Filter, lineTest } from './filter.js';
import { NearCorrections } from './find-corrections.js';
import { listDays } from './list-days.js';
import { newestPart } from './newest.js';
import { inOrder, type Reading } from './order.js';
import type { Skipped } from './skipped.js';

export interface Query {
  filter: Filter;
  /** At most so many events: the newest. */
  limit?: number | undefined;
  /** Where each file ends for this query; at its real end when not given. */
  endOf?: Reading['endOf'];
  /** Corrections are events like others, and are not folded into what they correct. */
  isRaw?: boolean | undefined;
  /** Files that lie elsewhere, which are read as well. */
  more?: DayFile[] | undefined;
}

/**
 * The lines of the wanted events, without newlines, oldest first; their bytes as they are stored, unless they
 * were corrected since.
 */
export function* readEvents(root: string, query: Query, skipped: Skipped): Generator<Buffer> {
  const { limit } = query;
  if (limit === undefined) {
    for (const found of inOrder(readingOf(root, query, skipped))) yield found.read();
  } else if (limit > 0) {
    let newest: Buffer[] = [];
    for (const found of inOrder(newestPart(readingOf(root, query, skipped), query.filter, limit))) {
      newest.push(found.read());
      if (newest.length >= limit * 2 + 1024) newest = newest.slice(-limit);
    }
    yield* newest.slice(-limit);
  }
}

/** How many events `readEvents` would give. */
export function countEvents(root: string, query: Query, skipped: Skipped): number {
  let count = 0;
  for (const _found of inOrder(readingOf(root, query, skipped))) count++;
  return Math.min(count, query.limit ?? Infinity);
}

function readingOf(root: string, { filter, endOf, isRaw = false, more }: Query, skipped: Skipped): Reading {
  const days = listDays(root, filter, skipped, more);
  const corrections = isRaw ? undefined : new NearCorrections({ days, skipped, endOf });
  return { days, test: lineTest(filter), skipped, endOf, corrections };
}
