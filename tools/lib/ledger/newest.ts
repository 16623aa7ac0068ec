/**
 * The newest events without reading the old ones. The ends of the day files are looked through from the
 * newest day backwards until they have shown the wanted number of different instants. Events older than the
 * oldest of these are not wanted, whatever else the files hold: only the days that can hold younger ones are
 * read then, in order, and most lines in them are seen to be too old without being parsed. That gives the
 * wanted number of events or, as files need not be in order and instants can be shared, more at the beginning.
 */
import { closeSync, fstatSync } from 'node:fs';
import { lineStart, openIfPresent } from '../disk/read.js';
import { Failure } from '../failure.js';
import { type Filter, lineTest } from './filter.js';
import type { Reading } from './order.js';
import { DAY_MS, latestOf } from './period.js';
import { scanFile } from './scan.js';
import { Skipped } from './skipped.js';

const LEAST_TAIL_BYTES = 256 * 1024;
const USUAL_LINE_BYTES = 1024;

/** The part of a reading that holds the newest `limit` (at least 1) of its events. */
export function newestPart(reading: Reading, filter: Filter, limit: number): Reading {
  const sinceMs = Math.max(filter.period.sinceMs, oldestOfNewest(reading, limit));
  return {
    ...reading,
    days: reading.days.filter(({ day }) => latestOf(day) + DAY_MS > sinceMs),
    test: lineTest({ ...filter, period: { ...filter.period, sinceMs } }),
  };
}

/** An instant such that at least `limit` events are not older; -Infinity when not so many were found. */
function oldestOfNewest(reading: Reading, limit: number): number {
  const tailBytes = Math.max(LEAST_TAIL_BYTES, limit * USUAL_LINE_BYTES);
  const instants = new Set<number>();
  for (const { day, files } of reading.days.toReversed()) {
    reading.corrections?.moveTo(day);
    for (const { path } of files) noteTail(path, tailBytes, reading, instants);
    if (instants.size >= limit) return [...instants].sort((a, b) => b - a)[limit - 1]!;
  }
  return -Infinity;
}

/** Notes the instants of the events at the end of a file. What cannot be read is told of when it is read in order. */
function noteTail(path: string, tailBytes: number, reading: Reading, instants: Set<number>): void {
  const { test, endOf, corrections } = reading;
  try {
    const file = openIfPresent(path);
    if (file === undefined) return;
    try {
      const end = Math.min(fstatSync(file.fd).size, endOf?.(path) ?? Infinity);
      const from = lineStart(file, Math.max(0, end - tailBytes));
      const scan = { file, test, skipped: new Skipped(), from, end, corrections };
      scanFile(scan, ({ atMs }) => instants.add(atMs));
    } finally {
      closeSync(file.fd);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
