/**
 * Finding the event that bears an id. Who hands an append over, from the daemon to an executable, does not know
 * whether the first attempt was written, and names the event by the id it made: the second attempt finds it. Such an
 * event is at most some seconds old, so it stands near the end of the file; it is looked for from there.
 */
import { closeSync } from 'node:fs';
import { formatTimestamp } from '../clock.js';
import { type AppendFile, readBytes } from '../disk/append.js';
import { fileSize, lineStart, openForReading } from '../disk/read.js';
import { instantOfId } from '../record/ids.js';
import type { HeldAgent } from '../root/workspace.js';
import type { DayOptions, OpenDay } from './day.js';
import { dayFilePath } from './day-file.js';
import type { IdMemory } from './id-memory.js';
import { type Found, readEvent } from './idempotency.js';

const CHUNK_BYTES = 256 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
/** How far the clocks of who made the id and who looks for it are apart, and for how long a first attempt can last. */
const SLACK_MS = 120_000;

/** The event with this id, of the open day or of one in which the id can have been used. */
export function findById(opened: OpenDay, id: string, options: DayOptions): Found | undefined {
  const { file, held, day } = opened;
  return findInFile(file, id, options.ids) ?? findInDays(held, id, daysOf(held, id, day), options);
}

/** The event with this id, for who has no day open. */
export function findEvent(held: HeldAgent, id: string, options: DayOptions): Found | undefined {
  return findInDays(held, id, daysOf(held, id), options);
}

function findInDays(held: HeldAgent, id: string, days: string[], options: DayOptions): Found | undefined {
  for (const day of days) {
    const path = dayFilePath(held.workspace.root, held.agent, day);
    const size = fileSize(path);
    if (size === undefined) continue;
    const { fd } = openForReading(path);
    try {
      const found = findInFile({ fd, path, size }, id, options.ids);
      if (found !== undefined) return found;
    } finally {
      closeSync(fd);
    }
  }
  return undefined;
}

/** The days around the moment the id was made, but for one: mostly one, two about midnight. */
function daysOf({ workspace }: HeldAgent, id: string, except?: string): string[] {
  const atMs = instantOfId(id);
  const offset = workspace.clock.offsetMinutes(atMs);
  const days = [-SLACK_MS, SLACK_MS].map(ms => formatTimestamp(atMs + ms, offset).slice(0, 10));
  return [...new Set(days)].filter(day => day !== except);
}

function findInFile(file: AppendFile, id: string, memory: IdMemory | undefined): Found | undefined {
  if (memory !== undefined && !memory.mayHold(file, id)) return undefined;
  const needle = Buffer.from(`"id":"${id}"`);
  const earliest = Math.max(0, file.size - MOST_BYTES);
  for (let end = file.size; end > earliest; end -= CHUNK_BYTES) {
    const from = Math.max(0, end - CHUNK_BYTES);
    const bytes = readBytes(file, from, Math.min(end + needle.length, file.size) - from);
    for (
      let at = bytes.lastIndexOf(needle);
      at !== -1;
      at = at > 0 ? bytes.lastIndexOf(needle, at - 1) : -1
    ) {
      // Another event may hold it in its data.
      const found = readEvent(file, lineStart(file, from + at));
      if (found?.event.id === id) return found;
    }
  }
  return undefined;
}
