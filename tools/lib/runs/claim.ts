/**
 * The claim of a run on its task: the one place where runs ask for claims. A run holds its task while it is
 * driven, looks before every step whether the lease is still in force, and stops when it is not.
 */
import { isAbout, type Owner, type Request } from '../claims/decide.js';
import { hasEnded, type Lease } from '../claims/lease.js';
import { momentNow } from '../claims/moment.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { readClaim } from '../claims/store.js';
import { uuidV7 } from '../record/ids.js';
import type { Workspace } from '../root/workspace.js';
import { type BranchOptions, changeClaim } from '../sync/claim.js';

export interface RunClaim {
  workspace: Workspace;
  taskId: string;
  owner: Owner;
  options: BranchOptions;
}

/** @param reopens also a task that is completed */
export async function claimTask(claim: RunClaim, run: string, reopens: boolean): Promise<Lease | Refusal> {
  const { workspace, options } = claim;
  const answer = await ask(claim, {
    kind: 'acquire',
    lease_id: uuidV7(workspace.clock.nowMs()),
    ttl_s: options.limits.default_ttl_s,
    reason: run,
    reopens,
  });
  return isRefusal(answer) ? answer : answer.lease!;
}

export function ask(
  { workspace, taskId, owner, options }: RunClaim,
  request: Request,
): ReturnType<typeof changeClaim> {
  return changeClaim(workspace, { taskId, owner }, request, options);
}

type Named = Pick<Lease, 'lease_id' | 'epoch'>;

/** Whether the lease is in force: the guard before a side effect. Takes no lock and writes nothing. */
export function isInForce({ workspace, taskId, owner, options }: RunClaim, named: Named): boolean {
  const { lease } = readClaim(workspace, taskId, options.warn);
  if (!lease || !isAbout(lease, named, owner)) return false;
  return !hasEnded(lease, momentNow(workspace.clock, workspace.writer, options.machine));
}

/** Gives the task back, or completes it. A lease that is no longer ours has nothing to end. */
export async function endClaim(
  claim: RunClaim,
  kind: 'release' | 'complete',
  named: Named,
  reason: string | null,
): Promise<void> {
  const answer = await ask(claim, { kind, about: { lease_id: named.lease_id, epoch: named.epoch }, reason });
  if (!isRefusal(answer)) return;
  const isSettled = answer.refused === 'finished' || (kind === 'release' && answer.refused !== 'held');
  if (!isSettled) claim.options.warn(`${claim.taskId} ${answer.message}`);
}
