/**
 * The log of a run, `log.jsonl`: what happened to it, one entry a line, appended in one write and synced by the one
 * process that drives the run. `seq` counts 1, 2, 3 …. The log is the truth; everything else is a view of it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, timestampNow } from '../clock.js';
import { type AppendFile, appendBytes, closeFile, openForAppend } from '../disk/append.js';
import { readChunks } from '../disk/read.js';
import { healTail } from '../disk/tail.js';
import { Failure } from '../failure.js';
import { uuidV7 } from '../record/ids.js';
import { describeRecord } from './describe.late.js';
import { type Entry, isEntry, type News, parseEntry } from './entry.js';
import { FILES } from './places.js';

/** A log that this process may write. */
export interface RunLog {
  readonly file: AppendFile;
  readonly clock: Clock;
  /** Of the newest entry; 0 before the first. */
  seq: number;
}

/** Opens the log for writing. The caller holds the lock on the run. @param warn told of a torn line that is set aside */
export function openRunLog(directory: string, clock: Clock, warn: (message: string) => void): RunLog {
  const file = openForAppend(join(directory, FILES.log));
  const healed = healTail(file, { id: uuidV7(clock.nowMs()), isWhole: isEntry });
  if (healed !== undefined) warn(healed);
  return { file, clock, seq: 0 };
}

export function closeRunLog({ file }: RunLog): void {
  closeFile(file);
}

/** Appends what happened, in one write. What is returned is on disk. */
export function appendEntries(log: RunLog, news: News[]): Entry[] {
  const ts = timestampNow(log.clock);
  const entries = news.map((item, index): Entry => {
    const { op, ...rest } = item;
    const entry = { schema_version: 1, seq: log.seq + index + 1, ts, op, ...rest } as Entry;
    if (isEntry(entry)) return entry;
    const problem = describeRecord('entry', entry);
    throw new Failure('data', `the entry "${op}" of the run cannot be written: ${problem}`);
  });
  appendBytes(log.file, Buffer.from(entries.map(entry => `${JSON.stringify(entry)}\n`).join('')));
  log.seq += entries.length;
  return entries;
}

/**
 * The entries of a log, oldest first. A line that is none, and one whose number has been there already, is passed
 * over: what it may have told did not happen, so that work is rather done again than taken for done.
 */
export function* readEntries(directory: string, warn: (message: string) => void): Generator<Entry> {
  const path = join(directory, FILES.log);
  if (!existsSync(path)) return;
  let seq = 0;
  let number = 0;
  for (const { bytes } of readChunks(path)) {
    const lines = bytes.toString().split('\n');
    // Behind the last newline is nothing, or a line that is not whole yet.
    const isCut = lines.at(-1) !== '';
    if (!isCut) lines.pop();
    for (const line of lines) {
      number++;
      const entry = parseEntry(line);
      if (entry && entry.seq > seq) {
        seq = entry.seq;
        yield entry;
      } else if (!isCut || line !== lines.at(-1)) {
        warn(`${path}:${number}: is no entry of a run, or a copy of one; it is passed over`);
      }
    }
  }
}
