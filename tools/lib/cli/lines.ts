/** Lines of a stream, in batches that do not wait for a slow producer. */

export interface NumberedLine {
  /** From 1. */
  number: number;
  bytes: Buffer;
  /** It was longer than 1 MiB and is cut off. */
  isTooLong: boolean;
}

const QUIET_MS = 100;
const LONGEST_LINE_BYTES = 1024 * 1024;

/**
 * Batches of up to `size` lines; a smaller one when the stream ends or says nothing for 100 ms. Lines of white
 * space alone are passed over. A line longer than 1 MiB comes cut off, so that it is not kept in memory.
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
function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 32 || byte === 9 || byte === 13);
}

class Splitter {
  private parts: Buffer[] = [];
  private length = 0;
  private number = 0;

  *push(chunk: Buffer): Generator<NumberedLine> {
    let start = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, start)) {
      this.keep(chunk.subarray(start, newline));
      yield* this.take();
      start = newline + 1;
    }
    this.keep(chunk.subarray(start));
  }

  *end(): Generator<NumberedLine> {
    if (this.length > 0) yield* this.take();
  }

  private keep(part: Buffer): void {
    if (this.length > LONGEST_LINE_BYTES) return;
    this.parts.push(part);
    this.length += part.length;
  }

  private *take(): Generator<NumberedLine> {
    this.number++;
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    const isTooLong = bytes.length > LONGEST_LINE_BYTES;
    if (!isBlank(bytes)) yield { number: this.number, bytes, isTooLong };
  }
}
