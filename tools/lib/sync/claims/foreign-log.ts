/** Other writers' claims logs as they arrived: `sync/claim-log/<day>.<writer>[.<n>].jsonl` in the control plane. */
import { join } from 'node:path';
import type { ClaimOp } from '../../claims/fold.js';
import { parseTimestamp } from '../../clock.js';
import { listDirectory } from '../../disk/directory.js';
import { readAtMost } from '../../disk/read.js';
import { parseDayFileName } from '../../ledger/day-file.js';
import type { Place } from '../../root/workspace.js';
import { LONGEST_SEGMENT_BYTES } from '../segments.js';
import { syncDirectory } from '../state.js';
import { parseOp, wholeLines } from './log-lines.js';

/** An op together with whose log it is in. */
export interface PlacedOp {
  op: ClaimOp;
  writer: string;
}

export function foreignLogDirectory(place: Place): string {
  return join(syncDirectory(place), 'claim-log');
}

/** All ops of other writers that are here, in no order. */
export function* readForeignLog(place: Place): Generator<PlacedOp> {
  const directory = foreignLogDirectory(place);
  for (const name of listDirectory(directory)) {
    const writer = parseDayFileName(name)?.writer;
    if (writer === undefined) continue;
    const content = readAtMost(join(directory, name), LONGEST_SEGMENT_BYTES) ?? Buffer.alloc(0);
    for (const line of wholeLines(content)) {
      const op = parseOp(line);
      if (op) yield { op, writer };
    }
  }
}

/** By time; an op comes no earlier than the one before it in its own log, whatever a clock said. */
export function mergedLogs(ops: PlacedOp[]): PlacedOp[] {
  const byWriter = [...ops].sort((a, b) =>
    a.writer === b.writer ? a.op.seq - b.op.seq : a.writer < b.writer ? -1 : 1,
  );
  let last: { writer: string; atMs: number } | undefined;
  const timed = byWriter.map(placed => {
    const ownMs = parseTimestamp(placed.op.ts)!;
    const atMs = last?.writer === placed.writer ? Math.max(last.atMs, ownMs) : ownMs;
    last = { writer: placed.writer, atMs };
    return { placed, atMs };
  });
  return timed.sort((a, b) => a.atMs - b.atMs).map(({ placed }) => placed);
}
