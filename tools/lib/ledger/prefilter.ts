/**
 * Telling from the bytes of a line that it cannot match, without parsing it: first by a value it must have,
 * then by its time.
 *
 * A wanted event has one of the wanted values as the whole of some JSON string. A writer of JSON must escape
 * `"`, `\` and control characters, and may escape `/`, each by two characters; every other character stands
 * in the line as itself or as `\u` and four digits. So a stretch of a value without those characters stands
 * in the line byte for byte, unless the line has a `\u` somewhere: a line with neither cannot match. What
 * decoding turns into U+FFFD can be any bytes, so a stretch does not span that either.
 *
 * A line that begins with `ts` has that time, unless the key comes again: JSON readers take the last one.
 */
import { parseTimestamp } from '../clock.js';
import type { Period } from './period.js';

/** Byte strings of which a matching line has at least one; undefined when nothing can be told from bytes. */
export type Needles = readonly Buffer[] | undefined;

const NOT_LITERAL = /["\\/\u0000-\u001f\ufffd\p{Surrogate}]/u;
const ESCAPE = Buffer.from('\\u');

/**
 * The needles for lines that hold, for each list that is not empty, one of its values as a string. One list
 * is enough: the one whose values are the longest, which are the rarest.
 */
export function needlesFor(lists: readonly (readonly string[])[]): Needles {
  let best: string[] = [];
  for (const list of lists) {
    const stretches = list.map(longestStretch);
    if (shortest(stretches) > shortest(best)) best = stretches;
  }
  return best.length === 0 ? undefined : [...best.map(text => Buffer.from(text)), ESCAPE];
}

function longestStretch(value: string): string {
  return value.split(NOT_LITERAL).reduce((longest, part) => (part.length > longest.length ? part : longest));
}

function shortest(texts: string[]): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map(text => text.length));
}

/**
 * A test for lines of `bytes`, which are asked about in ascending order: whether the line between two offsets
 * has a needle. Each needle is looked for once across all lines, not once a line.
 */
export function needleTest(needles: Needles, bytes: Buffer): (start: number, end: number) => boolean {
  if (needles === undefined) return () => true;
  const next = needles.map(() => -1);
  return (start, end) =>
    needles.some((needle, index) => {
      if (next[index]! < start) {
        const found = bytes.indexOf(needle, start);
        next[index] = found === -1 ? Infinity : found;
      }
      return next[index]! < end;
    });
}

const BEGINNING = /^\{"ts": ?"([^"\\]*)"/;
const LONGEST_BEGINNING = 60;
const KEY = Buffer.from('"ts"');

/** A test for lines of `bytes` like `needleTest`: whether the line may lie in the period. */
export function periodTest(
  { sinceMs, untilMs }: Period,
  bytes: Buffer,
): (start: number, end: number) => boolean {
  if (sinceMs === -Infinity && untilMs === Infinity) return () => true;
  const hasAnother = needleTest([KEY, ESCAPE], bytes);
  return (start, end) => {
    const time = BEGINNING.exec(
      bytes.toString('latin1', start, Math.min(end, start + LONGEST_BEGINNING)),
    )?.[1];
    const atMs = time === undefined ? undefined : parseTimestamp(time);
    if (atMs === undefined || (atMs >= sinceMs && atMs < untilMs)) return true;
    return hasAnother(start + KEY.length + 1, end);
  };
}
