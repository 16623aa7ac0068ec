/** Lines of a claims log as the branch takes them: valid ops, each ended by a newline. */
import { isUtf8 } from 'node:buffer';
import type { ClaimOp } from '../../claims/fold.js';
import { isClaimOp } from '../../claims/log.js';
import { parseAs } from '../../parse-as.js';

const BEGINNING = /^\{"schema_version":1,"seq":\d{1,16},"ts":"(\d{4}-\d\d-\d\d)T/;
const BEGINNING_BYTES = 80;
const NEWLINE = 10;

/** The day an op names, without parsing it; undefined for a line that does not begin like one. */
export function dayOfLine(line: Buffer): string | undefined {
  return BEGINNING.exec(line.toString('latin1', 0, BEGINNING_BYTES))?.[1];
}

/** The valid ops of a day, each with its newline. */
export function* publishedLines(chunk: Buffer, day: string): Generator<Buffer> {
  for (const line of wholeLines(chunk))
    if (dayOfLine(line) === day && parseOp(line) !== undefined) yield line;
}

/** Lines with their newlines; what follows the last newline is left out. */
export function* wholeLines(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; ; ) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return;
    yield bytes.subarray(start, end + 1);
    start = end + 1;
  }
}

/** The op of a line with its newline; undefined when it is none. */
export function parseOp(line: Buffer): ClaimOp | undefined {
  return isUtf8(line) ? parseAs(line.toString(), isClaimOp) : undefined;
}
