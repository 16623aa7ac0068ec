/**
 * Finding the wanted events of one file, each line parsed at most once and most of them never: a line that
 * begins and ends like an object is passed over when its bytes show that it cannot match.
 */
import { parseTimestamp } from '../clock.js';
import { type Chunk, chunksOf, type Line, linesOf, type OpenFile } from '../disk/read.js';
import type { LedgerEvent } from '../record/event.js';
import { type Correction, correctionOf, foldCorrections } from './corrections.js';
import { looseEvent } from './day.js';
import type { LineTest } from './filter.js';
import { needleTest, periodTest } from './prefilter.js';
import type { Skipped } from './skipped.js';

export interface Match {
  event: LedgerEvent;
  /** When it happened, ms since the epoch. */
  atMs: number;
  /** Its line without the newline; valid until the next match. */
  bytes: Buffer;
  position: number;
  /** What is folded into the event, though not into its bytes. */
  corrections?: readonly Correction[];
}

export interface Scan {
  file: OpenFile;
  test: LineTest;
  skipped: Skipped;
  /** Where to begin; a line that began before is no event. */
  from?: number | undefined;
  /** Lines that end beyond it are left alone; the file's own end when not given. */
  end?: number | undefined;
  /** Folds these into the events they correct, and tells of no correction by itself. */
  corrections?: { of(event: LedgerEvent): readonly Correction[] } | undefined;
}

/** Tells of each wanted event of a file, in the order of its lines. */
export function scanFile(scan: Scan, tell: (match: Match) => void): void {
  const { file, test, skipped, from = 0, end = Infinity, corrections } = scan;
  let number = 0;
  let isContinued = false;
  for (const chunk of chunksOf(file, from)) {
    const mayMatch = chunkTest(test, chunk);
    for (const line of linesOf(chunk)) {
      if (line.position + line.bytes.length > end) return;
      // A line beyond all measure comes in pieces; its later ones are no lines of their own.
      const isPiece = isContinued;
      isContinued = !line.isTerminated;
      if (isPiece) continue;
      number++;
      if (!mayMatch(line)) continue;
      const match = matchOf(line);
      if (match === undefined && !line.isTerminated) skipped.tornLine(file.path);
      else if (match === undefined) skipped.line(file.path, number);
      else {
        const current = corrections === undefined ? match : currentOf(match, corrections);
        if (current && test.isWanted(current.event, current.atMs)) tell(current);
      }
    }
  }
}

/** A match as it is known now; undefined when it only corrects another one. */
function currentOf(match: Match, known: NonNullable<Scan['corrections']>): Match | undefined {
  const { event, atMs } = match;
  if (correctionOf(event, atMs)) return undefined;
  const corrections = known.of(event);
  if (corrections.length === 0) return match;
  return { ...match, event: foldCorrections(event, corrections), corrections };
}

const OPENING = 0x7b;
const CLOSING = 0x7d;

/** A test for the lines of a chunk, in their order. What may be no event at all is not passed over. */
function chunkTest(test: LineTest, chunk: Chunk): (line: Line) => boolean {
  const hasNeedle = needleTest(test.needles, chunk.bytes);
  const mayLieInPeriod = periodTest(test.period, chunk.bytes);
  return ({ bytes, position, isTerminated }) => {
    if (bytes.length === 0) return false;
    const isObject = bytes[0] === OPENING && bytes[bytes.length - 1] === CLOSING;
    if (!isTerminated || !isObject) return true;
    const start = position - chunk.position;
    const end = start + bytes.length;
    return hasNeedle(start, end) && mayLieInPeriod(start, end);
  };
}

/** The event of a line with its instant; undefined when it is none. */
export function matchOf({ bytes, position }: Line): Match | undefined {
  const event = looseEvent(bytes);
  const atMs = event && parseTimestamp(event.ts);
  return atMs === undefined ? undefined : { event: event!, atMs, bytes, position };
}
