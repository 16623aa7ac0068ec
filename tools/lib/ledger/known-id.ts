/**
 * Finding the event that bears an id. Who hands an append over, from the daemon to an executable, does not know
 * whether the first attempt was written, and names the event by the id it made: the second attempt finds it. Such an
 * event is at most some seconds old, so it stands near the end of the file; it is looked for from there.
 */
import { existsSync, fstatSync } from 'node:fs';
import { formatTimestamp } from '../clock.js';
import { type AppendFile, readBytes } from '../disk/append.js';
import { lineStart } from '../disk/read.js';
import { instantOfId } from '../record/ids.js';
import type { HeldAgent } from '../root/workspace.js';
import { type DayOptions, type OpenDay, withDay } from './day.js';
import { dayFilePath } from './day-file.js';
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
    if (!existsSync(dayFilePath(held.workspace.root, held.agent, day))) continue;
    const found = withDay(held, day, options, ({ file }) => findInFile(file, id, options.ids));
    if (found !== undefined) return found;
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

interface Remembered {
  inode: number;
  /** The lines up to this byte were read; those before the first look only as far as time tells that they do not matter. */
  size: number;
  /** An id made before this may stand in a line that was not read, or was forgotten. */
  sinceMs: number;
  ids: Set<string>;
  /** Those before them, forgotten when there are too many. */
  earlier: { sinceMs: number; ids: Set<string> };
}

const MOST_IDS = 20_000;
const MOST_FILES = 64;
/** The client rounds its clock down. */
const ROUNDING_MS = 2;

/**
 * The ids near the ends of day files, for a process that lives long: an id that was made after the first look at a file
 * and is not among those read since is not in it, and nothing has to be searched.
 */
export class IdMemory {
  private readonly files = new Map<string, Remembered>();

  constructor(private readonly nowMs: () => number) {}

  /** False when the id is surely not in the file. */
  mayHold(file: AppendFile, id: string): boolean {
    if (file.fd === undefined) return false;
    const { ids, earlier } = this.readUpTo(file, fstatSync(file.fd).ino);
    return ids.has(id) || earlier.ids.has(id) || instantOfId(id) < earlier.sinceMs;
  }

  private readUpTo(file: AppendFile, inode: number): Remembered {
    const known = this.files.get(file.path);
    const isKnown = known?.inode === inode && known.size <= file.size;
    const remembered = isKnown ? known : this.begin(file, inode);
    while (remembered.size < file.size) readMore(file, remembered);
    if (remembered.ids.size > MOST_IDS) {
      remembered.earlier = { sinceMs: remembered.sinceMs, ids: remembered.ids };
      Object.assign(remembered, { ids: new Set(), sinceMs: this.nowMs() + ROUNDING_MS });
    }
    return remembered;
  }

  private begin({ path, size }: AppendFile, inode: number): Remembered {
    this.files.delete(path);
    if (this.files.size >= MOST_FILES) this.files.delete(this.files.keys().next().value!);
    const sinceMs = this.nowMs() + ROUNDING_MS;
    const earlier = { sinceMs, ids: new Set<string>() };
    const begun = { inode, size, sinceMs, ids: new Set<string>(), earlier };
    this.files.set(path, begun);
    return begun;
  }
}

/** The next lines of the file. */
function readMore(file: AppendFile, remembered: Remembered): void {
  const { size, ids } = remembered;
  const text = readBytes(file, size, Math.min(CHUNK_BYTES, file.size - size)).toString('latin1');
  const end = text.lastIndexOf('\n') + 1 || text.length;
  for (const [, id] of text.slice(0, end).matchAll(/"id":"([0-9a-f-]{36})"/g)) ids.add(id!);
  // A file that became shorter meanwhile ends the reading.
  remembered.size = text === '' ? file.size : size + end;
}
