/** Lines of a stream, in batches that do not wait for a slow producer. */
import { isUtf8 } from 'node:buffer';

export interface NumberedLine {
  /** From 1. */
  number: number;
  /** Empty for a line that has a problem. */
  text: string;
  /** It was longer than 1 MiB, or is not UTF-8. */
  problem?: 'long' | 'encoding';
}

const QUIET_MS = 100;
const LONGEST_LINE_BYTES = 1024 * 1024;

/**
 * Batches of up to `size` lines; a smaller one when the stream ends or says nothing for 100 ms. Lines of white
 * space alone are passed over. A line longer than 1 MiB is not kept in memory.
 */
export async function* batchLines(
  input: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<NumberedLine[]> {
  const source = input[Symbol.asyncIterator]();
  const splitter = new Splitter();
  let batch: NumberedLine[] = [];
  let pending = source.next();
  try {
    for (;;) {
      const chunk = batch.length === 0 ? await pending : await quickly(pending);
      if (chunk === 'quiet') {
        yield batch;
        batch = [];
        continue;
      }
      for (const line of chunk.done ? splitter.end() : splitter.push(chunk.value)) {
        batch.push(line);
        if (batch.length === size) {
          yield batch;
          batch = [];
        }
      }
      if (chunk.done) break;
      pending = source.next();
    }
    if (batch.length > 0) yield batch;
  } finally {
    letGo(source, pending);
  }
}

/** Neither the chunk that was asked for nor the end of the stream is waited for: a producer may be slow. */
function letGo(source: AsyncIterator<Buffer>, pending: Promise<unknown>): void {
  const ignore = (): void => undefined;
  pending.catch(ignore);
  source.return?.().catch(ignore);
}

async function quickly<T>(pending: Promise<T>): Promise<T | 'quiet'> {
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<'quiet'>(resolve => {
    timer = setTimeout(resolve, QUIET_MS, 'quiet');
  });
  try {
    return await Promise.race([pending, quiet]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing but spaces, tabs and carriage returns. */
const BLANK = /^[ \t\r]*$/;

class Splitter {
  private parts: Buffer[] = [];
  private length = 0;
  private number = 0;

  push(chunk: Buffer): NumberedLine[] {
    const lines: NumberedLine[] = [];
    const first = chunk.indexOf(10);
    if (first === -1) {
      this.keep(chunk);
      return lines;
    }
    this.keep(chunk.subarray(0, first));
    this.takeKept(lines);
    const end = chunk.lastIndexOf(10) + 1;
    this.takeWhole(chunk.subarray(first + 1, end), lines);
    this.keep(chunk.subarray(end));
    return lines;
  }

  end(): NumberedLine[] {
    const lines: NumberedLine[] = [];
    if (this.length > 0) this.takeKept(lines);
    return lines;
  }

  /** Lines with their newlines: decoded in one go, unless one of them cannot be. */
  private takeWhole(bytes: Buffer, lines: NumberedLine[]): void {
    if (isUtf8(bytes)) {
      const text = bytes.toString();
      for (let start = 0, end: number; start < text.length; start = end + 1) {
        end = text.indexOf('\n', start);
        this.take(text.slice(start, end), lines);
      }
      return;
    }
    for (let start = 0, end: number; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(10, start);
      this.keep(bytes.subarray(start, end));
      this.takeKept(lines);
    }
  }

  private keep(part: Buffer): void {
    if (this.length > LONGEST_LINE_BYTES) return;
    this.parts.push(part);
    this.length += part.length;
  }

  private takeKept(lines: NumberedLine[]): void {
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    if (bytes.length > LONGEST_LINE_BYTES) this.refuse('long', lines);
    else if (!isUtf8(bytes)) this.refuse('encoding', lines);
    else this.take(bytes.toString(), lines);
  }

  private take(text: string, lines: NumberedLine[]): void {
    const isLong = text.length * 3 > LONGEST_LINE_BYTES && Buffer.byteLength(text) > LONGEST_LINE_BYTES;
    if (isLong) this.refuse('long', lines);
    else if (BLANK.test(text)) this.number++;
    else lines.push({ number: ++this.number, text });
  }

  private refuse(problem: 'long' | 'encoding', lines: NumberedLine[]): void {
    lines.push({ number: ++this.number, text: '', problem });
  }
}
