/**
 * Lines that reach a file after it was replaced, from writers that had opened it before: they are appended to
 * the new file, unjudged, each batch in one write.
 */
import type { Clock } from '../clock.js';
import { appendBytes, closeFile, openForAppend, readBytes } from './append.js';
import { type Chunk, linesOf, readChunks } from './read.js';
import { sizeOf } from './sift.js';

/** The file that was replaced. */
export interface Replaced {
  fd: number;
  /** The path of the file in its place. */
  path: string;
  /** What stands before is in the new file, or was taken out. */
  from: number;
  /** What stands before was there when it was replaced. */
  seen: number;
}

/** How long nothing must come. Writing to a file that was just opened takes far less than a millisecond. */
const QUIET_MS = 100;
const LONGEST_MS = 2000;
const STEP_MS = 5;
const NEWLINE = 10;

/**
 * Takes over lines until none has come for a moment.
 * @returns false when they still came after two seconds
 */
export function takeOverLate(replaced: Replaced, clock: Clock): boolean {
  const { seen } = replaced;
  let quietMs = 0;
  for (let waitedMs = 0; quietMs < QUIET_MS && waitedMs < LONGEST_MS; waitedMs += STEP_MS) {
    quietMs = takeOverLines(replaced) ? 0 : quietMs + STEP_MS;
    clock.sleepMs(STEP_MS);
  }
  // A last line that came without its newline gets one, so that nothing is glued to it.
  if (replaced.seen > seen) append(replaced.path, bytesBetween(replaced, replaced.from, replaced.seen));
  return quietMs >= QUIET_MS;
}

/** Appends the whole lines that came. @returns whether anything came */
function takeOverLines(replaced: Replaced): boolean {
  const size = sizeOf(replaced);
  if (size <= replaced.seen) return false;
  const bytes = bytesBetween(replaced, replaced.from, size);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  append(replaced.path, bytes.subarray(0, end));
  replaced.from += end;
  replaced.seen = size;
  return true;
}

/**
 * Takes over what came and is not in the new file: the rest of an interrupted take-over. Of equal lines that
 * came as many are taken over as the new file has too few.
 */
export function takeOverMissing(replaced: Replaced): void {
  const size = sizeOf(replaced);
  if (size <= replaced.seen) return;
  const missing = new Map<string, number>();
  const bytes = bytesBetween(replaced, replaced.from, size);
  for (const text of textsOf({ bytes, position: 0 })) missing.set(text, (missing.get(text) ?? 0) + 1);
  for (const chunk of readChunks(replaced.path)) {
    for (const text of textsOf(chunk)) {
      const count = missing.get(text);
      if (count !== undefined) missing.set(text, count - 1);
    }
  }
  const lines = [...missing].flatMap(([text, count]) => Array<string>(Math.max(0, count)).fill(text));
  append(replaced.path, Buffer.from(lines.join('\n'), 'latin1'));
  replaced.from = size;
  replaced.seen = size;
}

function* textsOf(chunk: Chunk): Generator<string> {
  for (const { bytes } of linesOf(chunk)) yield bytes.toString('latin1');
}

function bytesBetween(replaced: Replaced, from: number, to: number): Buffer {
  return readBytes(replaced, from, to - from);
}

/** Appends lines in one write, the last one with its newline. Empty lines at their beginning say nothing. */
function append(path: string, lines: Buffer): void {
  let start = 0;
  while (lines[start] === NEWLINE) start++;
  if (start === lines.length) return;
  const isTerminated = lines.at(-1) === NEWLINE;
  const whole = lines.subarray(start);
  const file = openForAppend(path);
  try {
    appendBytes(file, isTerminated ? whole : Buffer.concat([whole, Buffer.of(NEWLINE)]));
  } finally {
    closeFile(file);
  }
}
