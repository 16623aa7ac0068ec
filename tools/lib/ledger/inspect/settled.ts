/**
 * Reading a day file while agents go on writing. A last line without its newline may be a write on its way, so
 * it is given out only when the file has stood still for a moment.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../../clock.js';
import { ifPresent } from '../../disk/errno.js';
import { type Chunk, readChunks } from '../../disk/read.js';
import { LONGEST_LINE_BYTES } from '../../record/event.js';

/** A line that is longer than this comes in pieces. */
export const LONGEST_CHUNK_BYTES = 2 * LONGEST_LINE_BYTES;

const NEWLINE = 10;
const SETTLING_MS = 20;

/**
 * The chunks of a file: whole lines, or a piece of a line that is too long, or, alone, a last line without
 * its newline.
 */
export function* settledChunks(path: string, clock: Clock): Generator<Chunk> {
  for (let from = 0; ; ) {
    let fragment: Chunk | undefined;
    for (const chunk of readChunks(path, from, LONGEST_CHUNK_BYTES)) {
      const { bytes, position } = chunk;
      const isPiece = bytes.length >= LONGEST_CHUNK_BYTES && !bytes.includes(NEWLINE);
      const end = isPiece ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield { bytes: bytes.subarray(0, end), position };
      from = position + end;
      fragment = end < bytes.length ? { bytes: bytes.subarray(end), position: from } : undefined;
    }
    if (fragment === undefined) return;
    clock.sleepMs(SETTLING_MS);
    const size = ifPresent(`cannot look at ${path}`, () => statSync(path).size) ?? 0;
    if (size <= from + fragment.bytes.length) {
      yield fragment;
      return;
    }
  }
}
