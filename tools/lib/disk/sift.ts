/** Which lines of an append-only file stay, and which are to be taken out. */
import { fstatSync } from 'node:fs';
import type { Clock } from '../clock.js';
import { type AppendFile, readBytes } from './append.js';
import { onDisk } from './errno.js';
import { chunksOf, linesOf } from './read.js';

/** Bytes that are taken out, their newline included. */
export interface Range {
  start: number;
  end: number;
}

export interface Sifted {
  removed: Range[];
  /** The numbers of the removed lines, from 1. */
  lines: number[];
  /** Where the last line ends that has its newline. */
  end: number;
  /** What follows it, and is no whole line; among the removed, unless it only lacks its newline. */
  tail: Buffer;
  /** The number of the tail's line, when it stays. */
  tailLine: number | undefined;
}

export interface SiftRules {
  clock: Clock;
  /** Whether a line stays. It comes without its newline; a line beyond 16 MiB is not asked for, and stays. */
  keeps(line: Buffer): boolean;
}

const SETTLING_MS = 20;

/** Judges every line of a file. @param file open; its size is brought up to date */
export function sift(file: AppendFile, { clock, keeps }: SiftRules): Sifted {
  const sifted: Sifted = { removed: [], lines: [], end: 0, tail: Buffer.alloc(0), tailLine: undefined };
  let number = 0;
  let isPiece = false;
  const judge = (position: number, bytes: Buffer): void => {
    number++;
    if (keeps(bytes)) return;
    sifted.removed.push({ start: position, end: position + bytes.length + 1 });
    sifted.lines.push(number);
  };
  file.size = settledSize(file, clock);
  for (const chunk of chunksOf(file, 0)) {
    for (const { bytes, position, isTerminated } of linesOf(chunk)) {
      const isWholeLine = isTerminated && !isPiece;
      isPiece = !isTerminated;
      if (position + bytes.length >= file.size || !isTerminated) continue;
      if (isWholeLine) judge(position, bytes);
      else number++;
      sifted.end = position + bytes.length + 1;
    }
  }
  sifted.tail = readBytes(file, sifted.end, file.size - sifted.end);
  if (sifted.tail.length === 0) return sifted;
  if (keeps(sifted.tail)) sifted.tailLine = number + 1;
  else {
    sifted.removed.push({ start: sifted.end, end: file.size });
    sifted.lines.push(number + 1);
  }
  return sifted;
}

/** The size of the file when its last line has its newline, or has not grown for a moment. */
function settledSize(file: AppendFile, clock: Clock): number {
  for (let size = sizeOf(file); ; ) {
    if (size === 0 || readBytes(file, size - 1, 1)[0] === 10) return size;
    clock.sleepMs(SETTLING_MS);
    const now = sizeOf(file);
    if (now === size) return size;
    size = now;
  }
}

/** How long an open file is now. */
export function sizeOf({ fd, path }: { fd: number | undefined; path: string }): number {
  return fd === undefined ? 0 : onDisk(`cannot look at ${path}`, () => fstatSync(fd).size);
}

/** How many removed bytes lie before a place. */
export function removedBefore({ removed }: Sifted, place: number): number {
  return removed.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, place) - Math.min(start, place)),
    0,
  );
}

/** What stays, in chunks. */
export function* keptParts(file: AppendFile, { removed, end }: Sifted): Generator<Buffer> {
  let from = 0;
  for (const range of [...removed, { start: end, end }]) {
    yield* partsOf(file, { start: from, end: Math.min(range.start, end) });
    from = range.end;
  }
}

/** What is taken out, in chunks. */
export function* removedParts(file: AppendFile, { removed }: Sifted): Generator<Buffer> {
  for (const range of removed) yield* partsOf(file, range);
}

const PART_BYTES = 1024 * 1024;

function* partsOf(file: AppendFile, { start, end }: Range): Generator<Buffer> {
  for (let at = start; at < end; at += PART_BYTES) {
    yield readBytes(file, at, Math.min(PART_BYTES, end - at));
  }
}
