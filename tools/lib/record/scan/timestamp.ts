/**
 * Reading timestamps from bytes. In a long log most differ from the one before only in their seconds and
 * milliseconds; for such, the rest is compared and not read again.
 */
import { parseTimestamp } from '../../clock.js';
import { Byte } from './json.js';

const DAY_LENGTH = '2026-11-24'.length;
const SECONDS_AT = '2026-11-24T17:03:'.length;
const POINT_AT = SECONDS_AT + 2;
const MILLISECONDS_AT = POINT_AT + 1;
const REST_AT = MILLISECONDS_AT + 3;

export class TimestampScanner {
  /** YYYY-MM-DD of the last timestamp that was read. */
  day = '';
  private last: Buffer = Buffer.alloc(0);
  /** The instant at which the minute of the last one began. */
  private minuteMs = 0;

  /** @returns the instant in ms, or undefined when it is no timestamp */
  read(bytes: Buffer, start: number, end: number): number | undefined {
    if (this.isInLastMinute(bytes, start, end)) {
      const seconds = digitsAt(bytes, start + SECONDS_AT, 2);
      const milliseconds = digitsAt(bytes, start + MILLISECONDS_AT, 3);
      if (seconds <= 59 && milliseconds <= 999) return this.minuteMs + seconds * 1000 + milliseconds;
    }
    const text = bytes.toString('latin1', start, end);
    const instantMs = parseTimestamp(text);
    if (instantMs === undefined) return undefined;
    this.day = text.slice(0, DAY_LENGTH);
    const seconds = digitsAt(bytes, start + SECONDS_AT, 2);
    const milliseconds = digitsAt(bytes, start + MILLISECONDS_AT, 3);
    const hasMilliseconds =
      text[POINT_AT] === '.' && milliseconds <= 999 && !isDigit(bytes[start + REST_AT]!);
    this.last = hasMilliseconds ? Buffer.from(text) : Buffer.alloc(0);
    this.minuteMs = instantMs - seconds * 1000 - milliseconds;
    return instantMs;
  }

  private isInLastMinute(bytes: Buffer, start: number, end: number): boolean {
    const { last } = this;
    if (end - start !== last.length) return false;
    for (let at = 0; at < SECONDS_AT; at++) if (bytes[start + at] !== last[at]) return false;
    for (let at = REST_AT; at < last.length; at++) if (bytes[start + at] !== last[at]) return false;
    return bytes[start + POINT_AT] === Byte.Dot;
  }
}

/** The number that so many digits make; at least 1,000 when one of them is none. */
function digitsAt(bytes: Buffer, at: number, count: number): number {
  let value = 0;
  for (let place = 0; place < count; place++) {
    if (!isDigit(bytes[at + place]!)) return Number.POSITIVE_INFINITY;
    value = value * 10 + bytes[at + place]! - Byte.Zero;
  }
  return value;
}

const isDigit = (byte: number): boolean => byte >= Byte.Zero && byte <= Byte.Nine;
