/**
 * Where lines are. A run over many files numbers their lines through, from 0, and remembers for each chunk
 * that was read where it starts: enough to name, or read again, any line by its number alone.
 */
import { closeSync } from 'node:fs';
import { readBytes } from '../../disk/append.js';
import { type Chunk, linesOf, openForReading } from '../../disk/read.js';
import { Failure } from '../../failure.js';

export interface Location {
  path: string;
  /** Within its file, from 1. */
  line: number;
}

interface ChunkStart {
  number: number;
  path: string;
  position: number;
  length: number;
}

interface FileStart {
  number: number;
  path: string;
  /** How the path is shown. */
  shown: string;
}

export class LineMap {
  private readonly files: FileStart[] = [];
  private chunks: ChunkStart[] = [];
  private cached: { start: ChunkStart; lines: Buffer[] } | undefined;

  /** The lines from this number on are those of a file. */
  openFile(file: FileStart): void {
    this.files.push(file);
  }

  /** The lines from this number on are those of a chunk of the open file. */
  openChunk(number: number, { position, bytes }: Chunk): void {
    this.chunks.push({ number, path: this.files.at(-1)!.path, position, length: bytes.length });
  }

  /** Forgets where the chunks before a line start; their lines can still be named, but not read. */
  forgetChunksBefore(number: number): void {
    const first = lastStartAt(this.chunks, number);
    if (first > 0) this.chunks = this.chunks.slice(first);
  }

  locate(number: number): Location {
    const file = this.files[lastStartAt(this.files, number)]!;
    return { path: file.shown, line: number - file.number + 1 };
  }

  /** The bytes of a line without its newline; undefined when it is not there any more. */
  read(number: number): Buffer | undefined {
    const start = this.chunks[lastStartAt(this.chunks, number)];
    if (start === undefined) return undefined;
    if (this.cached?.start !== start) {
      this.cached = { start, lines: readLines(start) };
    }
    return this.cached.lines[number - start.number];
  }
}

/** The lines of a chunk; none when its file is there no more. */
function readLines({ path, position, length }: ChunkStart): Buffer[] {
  try {
    const file = openForReading(path);
    const bytes = readBytes(file, position, length);
    closeSync(file.fd);
    return Array.from(linesOf({ bytes, position }), line => line.bytes);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** The index of the last start at or before a number; -1 when there is none. */
function lastStartAt(starts: { number: number }[], number: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]!.number <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
