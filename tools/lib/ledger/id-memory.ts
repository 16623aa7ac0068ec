/** Which ids are near the ends of day files, for a process that lives long. */
import { fstatSync } from 'node:fs';
import { type AppendFile, readBytes } from '../disk/append.js';
import { instantOfId } from '../record/ids.js';

const CHUNK_BYTES = 256 * 1024;

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
