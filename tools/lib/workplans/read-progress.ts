/** The progress of all tasks in the ledger: from what was kept and the lines that came since. */
import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { relative } from 'node:path';
import { readBytes } from '../disk/append.js';
import { ifPresent } from '../disk/errno.js';
import { chunksOf, linesOf, type OpenFile, openForReading } from '../disk/read.js';
import { Failure } from '../failure.js';
import { EVERYTHING } from '../ledger/filter.js';
import { listDays } from '../ledger/list-days.js';
import type { Skipped } from '../ledger/skipped.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import { foldEvent } from './progress.js';
import { type Folded, keepFolded, readFolded, TaskTable, type Watermark } from './progress-cache.js';
import { ToldLines } from './told-lines.js';

/** Reading so much again costs less than keeping what it came to. */
const LEAST_NEW_BYTES = 64 * 1024;
const START = { offset: 0, lineStart: 0, lineHash: '' };
/** Stands for no task. */
const NO_TASK = 'system';

/** Reads what is new each time it is asked. */
export class ProgressReader {
  private folded: Folded | undefined;
  /** How much was read beyond what is kept. */
  private newBytes = 0;

  constructor(private readonly place: Place) {}

  /** By task. @param skipped told of what cannot be read */
  read(skipped: Skipped): TaskTable {
    const { place } = this;
    const days = listDays(place.root, EVERYTHING, skipped);
    const paths = days.flatMap(({ files }) => files.map(({ path }) => path));
    const known = this.folded ?? readFolded(place);
    this.folded = fits(place, known, paths) ? known : { files: new Map(), tasks: new TaskTable() };
    const reading = new Reading(place, this.folded, skipped);
    for (const path of paths) reading.read(path);
    this.newBytes += reading.newBytes;
    if (this.newBytes > LEAST_NEW_BYTES) {
      keepFolded(place, this.folded);
      this.newBytes = 0;
    }
    return this.folded.tasks;
  }
}

/** Whether every file that was folded is still there, and begins with what was folded. */
function fits({ root }: Place, { files }: Folded, paths: string[]): boolean {
  const present = new Set(paths.map(path => relative(root, path)));
  for (const [name, watermark] of files) {
    if (!present.has(name) || !isContinued(`${root}/${name}`, watermark)) return false;
  }
  return true;
}

function isContinued(path: string, known: Watermark): boolean {
  const stats = lookAt(path);
  if (stats === undefined || stats.size < known.offset) return false;
  if (isSame(stats, known)) return true;
  return reading(path, file => {
    const line = readBytes(file, known.lineStart, known.offset - known.lineStart);
    return known.offset === 0 || (line.at(-1) === 10 && sha256Hex(line.subarray(0, -1)) === known.lineHash);
  });
}

function lookAt(path: string): Stats | undefined {
  return ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
}

function isSame(stats: Stats, known: Watermark): boolean {
  return stats.ino === known.inode && stats.size === known.size && stats.mtimeMs === known.modifiedMs;
}

function reading<T>(path: string, action: (file: OpenFile) => T): T {
  const file = openForReading(path);
  try {
    return action(file);
  } finally {
    closeSync(file.fd);
  }
}

class Reading {
  newBytes = 0;
  private readonly lines = new ToldLines();

  constructor(
    private readonly place: Place,
    private readonly folded: Folded,
    private readonly skipped: Skipped,
  ) {}

  /** Folds what a file has beyond what was folded. One that cannot be read is passed over and told of. */
  read(path: string): void {
    const name = relative(this.place.root, path);
    const known = this.folded.files.get(name);
    const stats = lookAt(path);
    if (stats === undefined || (known && isSame(stats, known))) return;
    try {
      const watermark = reading(path, file => this.fold(file, known));
      this.folded.files.set(name, watermark);
      this.newBytes += watermark.offset - (known?.offset ?? 0);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.skipped.failure(error);
    }
  }

  private fold(file: OpenFile, known: Watermark | undefined): Watermark {
    const { ino: inode, size, mtimeMs: modifiedMs } = fstatSync(file.fd);
    let { offset, lineStart, lineHash } = known ?? START;
    for (const chunk of chunksOf(file, offset)) {
      this.lines.open(chunk);
      let last: Buffer | undefined;
      for (const { bytes, position, isTerminated } of linesOf(chunk)) {
        if (!isTerminated) break;
        if (bytes.length > 0) this.foldLine(file.path, bytes, position);
        lineStart = position;
        offset = position + bytes.length + 1;
        last = bytes;
      }
      if (last) lineHash = sha256Hex(last);
    }
    return { offset, lineStart, lineHash, inode, size, modifiedMs };
  }

  private foldLine(path: string, bytes: Buffer, position: number): void {
    const told = this.lines.read(bytes, position);
    if (told === undefined) this.skipped.line(path);
    else if (told.taskId !== NO_TASK) foldEvent(this.folded.tasks.open(told.taskId), told);
  }
}
