/** Reading text files: whole small ones, and the lines of large ones with constant memory. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { Failure } from '../failure.js';
import { readBytes, readInto } from './append.js';
import { ifPresent, onDisk } from './errno.js';

/** The text of a small file; undefined when it does not exist. */
export function readText(path: string): string | undefined {
  return ifPresent(`cannot read ${path}`, () => readFileSync(path, 'utf8'));
}

/** The first `limit` bytes of a file or of a pipe with a name; undefined when it does not exist. */
export function readAtMost(path: string, limit: number): Buffer | undefined {
  return ifPresent(`cannot read ${path}`, () => {
    const fd = openSync(path, constants.O_RDONLY);
    try {
      const parts: Buffer[] = [];
      for (let length = 0; length < limit; ) {
        const part = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, limit - length));
        const count = readSync(fd, part);
        if (count === 0) break;
        parts.push(part.subarray(0, count));
        length += count;
      }
      return Buffer.concat(parts);
    } finally {
      closeSync(fd);
    }
  });
}

/** The bytes of a small file; undefined when it does not exist. */
export function readWhole(path: string): Buffer | undefined {
  return ifPresent(`cannot read ${path}`, () => readFileSync(path));
}

export interface Chunk {
  /** Whole lines, each with its newline; only the last chunk of a file may end without one. */
  bytes: Buffer;
  /** Where the chunk starts in the file. */
  position: number;
}

const CHUNK_BYTES = 256 * 1024;

/** A file open for reading. */
export interface OpenFile {
  fd: number;
  path: string;
}

/** One that an append opened has no descriptor as long as it is not there. */
type AnyFile = Omit<OpenFile, 'fd'> & { fd: number | undefined };

/** Opens a regular file; a pipe or device in its place is refused without waiting for it. */
export function openForReading(path: string): OpenFile {
  return regularFile(
    path,
    onDisk(`cannot open ${path}`, () => openSync(path, WITHOUT_WAITING)),
  );
}

/** `openForReading`; undefined when there is no such file. */
export function openIfPresent(path: string): OpenFile | undefined {
  const fd = ifPresent(`cannot open ${path}`, () => openSync(path, WITHOUT_WAITING));
  return fd === undefined ? undefined : regularFile(path, fd);
}

const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

function regularFile(path: string, fd: number): OpenFile {
  if (fstatSync(fd).isFile()) return { fd, path };
  closeSync(fd);
  throw new Failure('disk', `cannot read ${path}: it is not a regular file`);
}

/**
 * The file from byte `from` on, in chunks of whole lines. A line longer than a chunk makes its chunk longer,
 * up to `longestLine` bytes; beyond that it comes in pieces, the earlier ones without a newline. The bytes
 * are valid until the next chunk is asked for.
 */
export function* readChunks(path: string, from = 0, longestLine = 1 << 24): Generator<Chunk> {
  const file = openForReading(path);
  try {
    yield* chunksOf(file, from, longestLine);
  } finally {
    closeSync(file.fd);
  }
}

/** `readChunks` of a file that is open. */
export function* chunksOf(file: AnyFile, from: number, longestLine = 1 << 24): Generator<Chunk> {
  let position = from;
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const length = readInto(file, position, buffer);
    if (length === 0) return;
    const bytes = buffer.subarray(0, length);
    const isLast = length < buffer.length;
    const end = isLast ? length : bytes.lastIndexOf(10) + 1;
    if (end === 0 && length < longestLine) {
      buffer = Buffer.allocUnsafeSlow(length * 2);
      continue;
    }
    const whole = end === 0 ? bytes : bytes.subarray(0, end);
    yield { bytes: whole, position };
    position += whole.length;
    if (isLast) return;
  }
}

/** The file up to byte `end` in chunks of whole lines, the last one first. Their bytes stay as they are. */
export function* chunksBackward(file: OpenFile, end: number): Generator<Chunk> {
  for (let to = end; to > 0; ) {
    const position = lineStart(file, Math.max(0, to - CHUNK_BYTES));
    yield { bytes: readBytes(file, position, to - position), position };
    to = position;
  }
}

/**
 * At most the last `longest` bytes of a regular file from byte `from` on, and how long the file was; undefined
 * when it does not exist or is something else than a file. It may grow meanwhile.
 */
export function readEnd(
  path: string,
  from: number,
  longest: number,
): { bytes: Buffer; position: number; size: number } | undefined {
  const fd = ifPresent(`cannot open ${path}`, () => openSync(path, WITHOUT_WAITING));
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return undefined;
    const position = Math.max(from, stats.size - longest, 0);
    const bytes = readBytes({ fd, path }, position, Math.max(0, stats.size - position));
    return { bytes, position, size: stats.size };
  } finally {
    closeSync(fd);
  }
}

/** The size of a regular file; undefined when there is none. */
export function fileSize(path: string): number | undefined {
  const stats = ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
  return stats?.isFile() ? stats.size : undefined;
}

/** When a file was last written, ms since the epoch; undefined when there is none. */
export function modifiedMs(path: string): number | undefined {
  return ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }))?.mtimeMs;
}

export interface Line {
  /** Without its newline. */
  bytes: Buffer;
  position: number;
  isTerminated: boolean;
}

/** The lines of a chunk. */
export function* linesOf(chunk: Chunk): Generator<Line> {
  let start = 0;
  while (start < chunk.bytes.length) {
    const newline = chunk.bytes.indexOf(10, start);
    const end = newline === -1 ? chunk.bytes.length : newline;
    yield {
      bytes: chunk.bytes.subarray(start, end),
      position: chunk.position + start,
      isTerminated: newline !== -1,
    };
    start = end + 1;
  }
}

const STEP_BYTES = 64 * 1024;

/** Where the line begins that the byte before `end` belongs to; `end` itself when that byte is a newline. */
export function lineStart(file: AnyFile, end: number): number {
  for (let to = end; to > 0; to = Math.max(0, to - STEP_BYTES)) {
    const from = Math.max(0, to - STEP_BYTES);
    const newline = readBytes(file, from, to - from).lastIndexOf(10);
    if (newline !== -1) return from + newline + 1;
  }
  return 0;
}
