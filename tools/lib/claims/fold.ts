/** The claim of a task as a fold of its ops. */
import type { ClaimOp } from '../record/generated/claim-op.js';
import type { Lease } from './lease.js';

export type { ClaimOp };

/** An op before it has its place in the log. */
export type Op = Omit<ClaimOp, 'schema_version' | 'seq' | 'prev'>;

export interface TaskClaim {
  /** Of the newest lease the task ever had; 0 before the first. */
  epoch: number;
  /** Who holds it, in force or ended. */
  lease: Lease | undefined;
  isCompleted: boolean;
}

export const UNCLAIMED: TaskClaim = { epoch: 0, lease: undefined, isCompleted: false };

/** The claim after an op. An op about another lease than the present one changes nothing. */
export function applyOp(claim: TaskClaim, op: Op): TaskClaim {
  if (op.op === 'acquire') return op.epoch > claim.epoch ? acquired(op) : claim;
  const { lease } = claim;
  if (lease?.lease_id !== op.lease_id) return claim;
  if (op.op === 'renew' || op.op === 'heartbeat') {
    const reason = op.reason ?? lease.reason;
    return { ...claim, lease: { ...lease, ...op.term!, reason, last_beat: op.ts, beat: lease.beat + 1 } };
  }
  if (op.op === 'keep') return { ...claim, lease: withoutDoubt(lease) };
  return { epoch: claim.epoch, lease: undefined, isCompleted: op.op === 'complete' };
}

/** The lease once the ledger branch has it. */
export function withoutDoubt({ provisional: _, ...lease }: Lease): Lease {
  return lease;
}

function acquired({ term, ...op }: Op): TaskClaim {
  const { task_id, lease_id, epoch, agent, writer, worktree, reason, ts, provisional } = op;
  const { ttl_s, expires_at, boot, mono_ms, age_ms } = term!;
  const lease: Lease = {
    ...{ task_id, lease_id, epoch, agent, writer, worktree, acquired_at: ts, expires_at, ttl_s },
    ...{ last_beat: ts, beat: 0, reason, boot, mono_ms, age_ms },
    ...(provisional && { provisional }),
  };
  return { epoch, lease, isCompleted: false };
}
