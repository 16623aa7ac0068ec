/**
 * What is true of a task when the local claims log says one thing and the branch another.
 *
 * The log is the truth about the leases of this writer, the branch about everybody's epochs. Between the two:
 *
 * - The branch is at an epoch beyond ours, or at ours with another lease: somebody else has, or had, the task. A lease of
 *   ours is **lost**.
 * - We are beyond the branch: what we did offline, or have not sent yet, is still to be sent. So is the end of a lease that
 *   the branch still shows as ours. But a **rival**, another writer's lease that is in force at a lower epoch, comes first:
 *   what we were granted while nobody could be asked is void.
 * - The branch shows a lease of this writer that the log does not know: nobody was told that it is theirs, as the log is
 *   written before the answer. It counts as free, at its epoch.
 */
import type { TaskClaim } from '../../claims/fold.js';
import type { Lease } from '../../claims/lease.js';

export interface Compared {
  /** The claim to decide on. */
  claim: TaskClaim;
  /** A lease of ours that is ours no more. */
  lost: Lease | undefined;
  /** The branch lacks what we did. */
  isAhead: boolean;
}

export interface Side {
  writer: string;
  /** Whether another writer's lease has ended as far as this observer can tell. */
  isOver(lease: Lease): boolean;
}

export function compareClaims(local: TaskClaim, branch: TaskClaim, { writer, isOver }: Side): Compared {
  const ours = local.lease;
  const shown = branch.lease;
  const others = shown && shown.writer !== writer ? shown : undefined;
  if (ours && shown?.lease_id === ours.lease_id) return { claim: local, lost: undefined, isAhead: false };
  const isBeyond = ours ? branch.epoch >= ours.epoch : branch.epoch > local.epoch;
  const isRival = others !== undefined && (isBeyond || branch.epoch === local.epoch || !isOver(others));
  if (isBeyond || isRival) {
    const claim = { ...branch, lease: others, epoch: Math.max(branch.epoch, local.epoch) };
    return { claim, lost: ours, isAhead: false };
  }
  const isAhead = branch.epoch < local.epoch || shown !== undefined;
  return { claim: isAhead ? local : branch, lost: undefined, isAhead };
}
