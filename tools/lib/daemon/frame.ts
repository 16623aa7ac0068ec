/**
 * Frames: netstrings, `<length in bytes>:<bytes>,`, as zsh can write and read them without counting characters. A
 * frame holds one request or one reply, whose fields are netstrings again. Nothing in a frame is ever evaluated,
 * so newlines, NULs and quotes are bytes like others.
 */
import { Failure } from '../failure.js';

/** The longest frame, in bytes. */
const LONGEST_FRAME_BYTES = 10 * 1024 * 1024;

const COLON = 58;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
/** Of the length: eight digits are enough for the longest frame. */
const MOST_DIGITS = 8;

/** The bytes as a netstring. */
function netstring(content: string | Uint8Array): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.of(COMMA)]);
}

/** The fields, one after another, as one frame. */
export function frameOf(fields: (string | Uint8Array)[]): Buffer {
  return netstring(Buffer.concat(fields.map(netstring)));
}

/** Where the content of the netstring at `from` begins and ends; undefined when it has not arrived whole. */
function spanAt(bytes: Buffer, from: number): { start: number; end: number } | undefined {
  let at = from;
  let length = 0;
  for (; at < bytes.length && bytes[at] !== COLON; at++) {
    const digit = bytes[at]!;
    if (digit < ZERO || digit > NINE || at - from >= MOST_DIGITS) throw garbage();
    length = length * 10 + digit - ZERO;
  }
  if (length > LONGEST_FRAME_BYTES) throw new Failure('data', 'the frame is longer than 10 MiB');
  if (at === from && at < bytes.length) throw garbage();
  const start = at + 1;
  const end = start + length;
  if (end >= bytes.length) return undefined;
  if (bytes[end] !== COMMA) throw garbage();
  return { start, end };
}

const garbage = (): Failure => new Failure('data', 'this is no frame');

/** The fields of a whole frame. @throws Failure `data` */
export function fieldsOf(frame: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < frame.length; ) {
    const span = spanAt(frame, at);
    if (span === undefined) throw garbage();
    fields.push(frame.subarray(span.start, span.end));
    at = span.end + 1;
  }
  return fields;
}

/** Cuts a stream into frames. */
export class FrameReader {
  private parts: Buffer[] = [];
  private length = 0;
  /** Bytes to wait for before looking again. */
  private needed = 0;

  /** Whether a frame has begun and not ended. */
  get isInside(): boolean {
    return this.length > 0;
  }

  /** @returns the frames that are whole now. @throws Failure `data` for what is none, or is too long */
  push(chunk: Buffer): Buffer[] {
    this.parts.push(chunk);
    this.length += chunk.length;
    if (this.length < this.needed) return [];
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts, this.length);
    const frames: Buffer[] = [];
    let at = 0;
    for (let span = spanAt(bytes, at); span !== undefined; span = spanAt(bytes, at)) {
      frames.push(bytes.subarray(span.start, span.end));
      at = span.end + 1;
      if (at === bytes.length) break;
    }
    this.keep(bytes.subarray(at));
    return frames;
  }

  private keep(rest: Buffer): void {
    this.parts = rest.length > 0 ? [rest] : [];
    this.length = rest.length;
    const colon = rest.indexOf(COLON);
    this.needed = colon === -1 ? 0 : colon + 2 + Number(rest.toString('latin1', 0, colon));
  }
}
