/**
 * A segment of another writer's claims log, as it arrived. It is taken over when it only grew, and each line is an op of its
 * day that continues the ones before: the numbers grow, and where none is left out the hash fits.
 */
import { join } from 'node:path';
import { makePrivate } from '../../disk/directory.js';
import { readAtMost } from '../../disk/read.js';
import { replaceFile } from '../../disk/replace.js';
import { sha256Hex } from '../../sha256.js';
import type { SyncContext } from '../context.js';
import { parseBranchPath, segmentPath } from '../paths.js';
import { forgive, refuse } from '../refused.js';
import { LONGEST_SEGMENT_BYTES } from '../segments.js';
import { foreignLogDirectory } from './foreign-log.js';
import { dayOfLine, parseOp, wholeLines } from './log-lines.js';

/** @param content undefined: it is too long */
export function takeOverLog(context: SyncContext, path: string, content: Buffer | undefined): void {
  const reason = content ? problemOf(context, path, content) : 'is longer than a segment can be';
  if (reason !== undefined) {
    refuse(context, path, { reason, content });
    return;
  }
  makePrivate(foreignLogDirectory(context.workspace));
  replaceFile(copyOf(context, path), content!, { isDurable: true });
  forgive(context, path);
}

const copyOf = ({ workspace }: SyncContext, path: string): string =>
  join(foreignLogDirectory(workspace), path.slice('claims/log/'.length));

function problemOf(context: SyncContext, path: string, content: Buffer): string | undefined {
  const at = parseBranchPath(path);
  if (at?.kind !== 'claim-log') return 'is no claims log';
  const here = readAtMost(copyOf(context, path), LONGEST_SEGMENT_BYTES);
  if (here && !content.subarray(0, here.length).equals(here)) return 'changed or lost lines that we have';
  if (content.at(-1) !== 10) return 'ends within a line';
  const base = `claims/log/${at.day}.${at.writer}`;
  const before = at.segment > 1 ? copyOf(context, segmentPath(base, at.segment - 1)) : undefined;
  let last = before === undefined ? undefined : lastLine(readAtMost(before, LONGEST_SEGMENT_BYTES));
  for (const line of wholeLines(content)) {
    const op = dayOfLine(line) === at.day ? parseOp(line) : undefined;
    if (!op) return `has a line that is no claim op of ${at.day}`;
    if (last && op.seq <= last.seq) return `repeats number ${op.seq} of its chain`;
    if (last && op.seq === last.seq + 1 && op.prev !== last.hash)
      return 'does not continue the chain of its writer';
    last = { seq: op.seq, hash: sha256Hex(line.subarray(0, -1)) };
  }
  return undefined;
}

function lastLine(content: Buffer | undefined): { seq: number; hash: string } | undefined {
  const line = content && [...wholeLines(content)].at(-1);
  const op = line && parseOp(line);
  return op && { seq: op.seq, hash: sha256Hex(line!.subarray(0, -1)) };
}
