/**
 * The claims as the stored index and the log tell them together. Usually the log begins with what the index knows:
 * then the ops behind that are applied. An index that does not fit a log which has its newest op is wrong, and
 * everything is folded again. But when that op is not in the log, the log has lost lines: it was cut, or an older
 * copy was put in its place. The index then is the only witness of leases that were acknowledged, so it is kept, and
 * what the log has beyond it is applied. Numbers go on behind the lost ones, and so do epochs: none that may have
 * been handed out in the lost lines is handed out again, also when the views are made anew, because the gap in the
 * numbers stays in the log.
 */

import { type ClaimsIndex, fitsLog } from './claims-index.js';
import type { Finished } from './finished.js';
import { applyOp, type ClaimOp, type TaskClaim, UNCLAIMED } from './fold.js';
import type { Lease } from './lease.js';
import { emptyLog, type LoggedOp, opsAfter } from './log.js';

type Warn = (message: string) => void;

export interface Behind {
  /** Of the whole log, but for `ops`, which are still to be applied to its leases. */
  index: ClaimsIndex;
  ops: LoggedOp[];
}

type LogFile = { fd: number | undefined; path: string };

export function emptyIndex(writer: string): ClaimsIndex {
  return { head: emptyLog(writer), leases: new Map() };
}

/** What is to be applied to the stored index, or to an empty one. */
export function catchUp(stored: ClaimsIndex | undefined, file: LogFile, writer: string, warn: Warn): Behind {
  if (stored !== undefined && fitsLog(stored, file)) {
    return { index: stored, ops: [...opsAfter(file, stored.head, warn)] };
  }
  const { head, leases } = emptyIndex(writer);
  const ops = [...opsAfter(file, head, warn)];
  if (stored === undefined || ops.some(({ op }) => op.seq === stored.head.seq))
    return { index: { head, leases }, ops };
  const { seq, size } = stored.head;
  const what = head.size < size ? `${size - head.size} bytes at its end` : 'lines';
  warn(
    `${file.path} has lost ${what}, up to number ${seq}; what is known of them is kept, and no epoch comes twice`,
  );
  return {
    index: { head: goOnBehind(stored, head), leases: stored.leases },
    ops: ops.filter(({ op }) => op.seq > seq),
  };
}

/** Where a log goes on that ends at `head` and must not come back behind what `known` is of. */
export function goOnBehind({ head: known }: ClaimsIndex, head: ClaimsIndex['head']): ClaimsIndex['head'] {
  const floor = Math.max(head.floor, known.floor);
  if (head.seq > known.seq) return { ...head, floor: Math.max(floor, known.seq) };
  return head.seq === known.seq ? { ...head, floor } : { ...known, size: head.size, floor: known.seq };
}

/** Applies ops to the leases. @returns the tasks that ended with them */
export function applyOps(leases: Map<string, Lease>, ops: LoggedOp[]): Finished[] {
  const ended = new Map<string, { claim: TaskClaim; offset: number }>();
  for (const { op, offset } of ops) {
    const before = claimIn(leases, op.task_id) ?? ended.get(op.task_id)?.claim ?? UNCLAIMED;
    const claim = applyToLease(leases, before, op);
    if (claim.lease) ended.delete(op.task_id);
    else if (claim !== before) ended.set(op.task_id, { claim, offset });
  }
  return Array.from(ended, ([task_id, { claim, offset }]) => ({ task_id, ...claim, offset }));
}

function applyToLease(leases: Map<string, Lease>, before: TaskClaim, op: ClaimOp): TaskClaim {
  const after = applyOp(before, op);
  if (after.lease) leases.set(op.task_id, after.lease);
  else leases.delete(op.task_id);
  return after;
}

/** The claim of a task that is held. */
export function claimIn(leases: Map<string, Lease>, taskId: string): TaskClaim | undefined {
  const lease = leases.get(taskId);
  return lease && { epoch: lease.epoch, lease, isCompleted: false };
}
