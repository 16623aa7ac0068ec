/** The claims log of a machine and what is folded from it, in memory: what was appended survives everything. */
import { applyOp, type ClaimOp, type Op, type TaskClaim, UNCLAIMED } from '../../../tools/lib/claims/fold.js';
import type { LogHead } from '../../../tools/lib/claims/log.js';
import type { Moment } from '../../../tools/lib/claims/moment.js';
import type { LocalState, SentBeats } from '../../../tools/lib/sync/claims/ports.js';

/** How far the branch was told. */
export interface Sent {
  head: LogHead;
  beats: SentBeats;
}

export const NOTHING_SENT: Sent = {
  head: { seq: 0, size: 0, hash: '', floor: 0 },
  beats: { at: undefined, beats: {} },
};

export class VirtualLog {
  readonly ops: ClaimOp[] = [];
  private readonly claims = new Map<string, TaskClaim>();

  claimOf(task: string): TaskClaim {
    return this.claims.get(task) ?? UNCLAIMED;
  }

  head(): LogHead {
    return { seq: this.ops.length, size: 0, hash: '', floor: 0 };
  }

  append(op: Op): ClaimOp {
    const full: ClaimOp = { schema_version: 1, seq: this.ops.length + 1, ...op, prev: '' };
    this.ops.push(full);
    this.claims.set(op.task_id, applyOp(this.claimOf(op.task_id), op));
    return full;
  }

  state(now: Moment, sent: Sent): LocalState {
    const { ops, claims } = this;
    return {
      ...{ now, head: this.head(), sent: sent.beats, limits: LIMITS },
      claimOf: task => this.claimOf(task),
      isWorktreeGone: () => false,
      // Asked for seldom, and histories are many.
      get leases() {
        return [...claims.values()].flatMap(({ lease }) => (lease ? [lease] : []));
      },
      get pending() {
        return tasksToTell(ops, sent.head.seq);
      },
    };
  }
}

const LIMITS = { maxLifetime_s: 86_400, maxIndefinitePerAgent: 2, maxIndefinite: 10 };

function tasksToTell(ops: ClaimOp[], from: number): string[] {
  const tasks = new Set<string>();
  for (const { op, task_id } of ops.slice(from)) if (op !== 'renew' && op !== 'heartbeat') tasks.add(task_id);
  return [...tasks];
}
