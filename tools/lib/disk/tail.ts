/**
 * The last line of an append-only file after a crash or a careless tool. A last line that is whole but lacks
 * its newline is completed. One that is torn is moved to `<file>.torn-<id>`, synced there first, and only then
 * cut off: nothing is dropped, and the next record is not glued to it. The caller holds the lock.
 *
 * A program that appends without the lock must not lose anything by this. Its line looks torn while it is being
 * written, so we wait for writers before we believe it; and what has grown since is not cut. Between the last look
 * and the cut lie some microseconds, in which only a line behind a torn one could be lost: no system cuts a file
 * on the condition that it has not grown. Not to cut would close that gap. The fragment would then be ended by a
 * newline, or covered by blanks where it lies, and every reader and every validation of that day would tell of the
 * line for ever. That is too much for every crash there is, against a program without the lock that appends within
 * those microseconds, just when a line was torn.
 */
import { Failure } from '../failure.js';
import { type AppendFile, appendBytes, awaitWriters, readBytes, truncateTo } from './append.js';
import { lineStart } from './read.js';
import { createFile } from './replace.js';

const NEWLINE = 10;

export interface TailRules {
  /** Names the quarantine file. */
  id: string;
  /** Whether a parsed last line is a whole record. */
  isWhole(value: unknown): boolean;
}

/**
 * Makes the file end with a newline.
 * @returns what was done, for the user; undefined when nothing had to be
 * @throws Failure `contention` when a program without the lock keeps writing unfinished lines
 */
export function healTail(file: AppendFile, { id, isWhole }: TailRules): string | undefined {
  if (isEnded(file)) return undefined;
  awaitWriters(file);
  if (isEnded(file)) return undefined;
  const start = lineStart(file, file.size);
  const fragment = readBytes(file, start, file.size - start);
  if (isWholeRecord(fragment, isWhole)) {
    appendBytes(file, Buffer.of(NEWLINE));
    return `completed the last line of ${file.path}, which lacked its newline`;
  }
  const quarantine = `${file.path}.torn-${id}`;
  if (!createFile(quarantine, fragment))
    throw new Failure('disk', `${quarantine} exists already; run it again`);
  const what = `a torn last line of ${file.path} (${fragment.length} bytes)`;
  if (truncateTo(file, start)) return `moved ${what} to ${quarantine}`;
  if (!isEnded(file)) {
    throw new Failure('contention', `${file.path} is written to by a program without the lock; run it again`);
  }
  return `copied ${what} to ${quarantine}, and left it there because another program appends without the lock`;
}

function isEnded(file: AppendFile): boolean {
  return file.size === 0 || readBytes(file, file.size - 1, 1)[0] === NEWLINE;
}

function isWholeRecord(bytes: Buffer, isWhole: TailRules['isWhole']): boolean {
  try {
    return isWhole(JSON.parse(bytes.toString()));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
