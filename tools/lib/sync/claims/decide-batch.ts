/**
 * What one commit says about claims: the wishes of all who wait, and what of this writer the branch was not told of. Pure:
 * the local claims and the branch as they are → ops, refusals and files.
 */
import { type Circumstances, decide } from '../../claims/decide.js';
import { applyOp, type Op, type TaskClaim, withoutDoubt } from '../../claims/fold.js';
import type { Lease, Observation } from '../../claims/lease.js';
import { isRefusal, type Refusal } from '../../claims/refusal.js';
import type { FileChange } from '../../git/build-commit.js';
import { lossOf } from './arrive.js';
import { circumstancesOf, isOver } from './circumstances.js';
import { claimPath, formatClaimFile } from './claim-file.js';
import { type Compared, compareClaims } from './compare.js';
import type { LocalState, Wish } from './ports.js';

/** A claim at a tip, its lease as of the newest beat, and since when it was seen so. */
export interface OnBranch {
  claim: TaskClaim;
  seen: Observation | undefined;
}

export interface Batch {
  wishes: Wish[];
  state: LocalState;
  branch(taskId: string): OnBranch;
  /** Another writer's lease that has not changed for so long is stale; undefined: only its own term counts. */
  staleAfterMs: number | undefined;
}

export interface Decided {
  wish: Wish;
  answer: { ops: Op[]; warning?: string } | Refusal;
}

export interface BatchDecision {
  decided: Decided[];
  changes: FileChange[];
  /** Whose claims are changed, and to which epoch. */
  tasks: [string, number][];
  says: string[];
  /** What the branch says of leases of ours: kept, or lost. */
  settled: Op[];
  /** An answer would be wrong if the branch has moved meanwhile. */
  restsOnTip: boolean;
}

export function decideBatch(batch: Batch): BatchDecision {
  const round = new Round(batch);
  for (const taskId of batch.state.pending) round.settle(taskId);
  for (const wish of batch.wishes) round.decide(wish);
  return round.decision();
}

class Round {
  private readonly claims = new Map<string, TaskClaim>();
  private readonly files = new Map<string, TaskClaim>();
  private readonly made: Omit<BatchDecision, 'changes' | 'tasks'> = {
    ...{ decided: [], says: [], settled: [], restsOnTip: false },
  };
  private readonly endless: Pick<Lease, 'agent'>[];

  constructor(private readonly batch: Batch) {
    this.endless = batch.state.leases.filter(lease => lease.ttl_s === 0);
  }

  decision(): BatchDecision {
    const changes = [...this.files].map(([taskId, claim]) => ({
      path: claimPath(taskId),
      content: formatClaimFile(taskId, claim),
    }));
    return { ...this.made, changes, tasks: [...this.files].map(([task, { epoch }]) => [task, epoch]) };
  }

  /** What the branch is told of a task, or tells us. */
  settle(taskId: string): void {
    const local = this.batch.state.claimOf(taskId);
    const compared = this.compare(taskId, local);
    if (compared.lost) this.lose(compared.lost, compared.claim.lease);
    const ours = compared.lost ? undefined : local.lease;
    if (ours?.provisional) this.made.settled.push(keepOf(ours, this.batch.state.now.ts));
    if (!compared.isAhead) return;
    this.files.set(taskId, { ...local, lease: ours && withoutDoubt(ours) });
    const what = ours ? `${ours.agent} holds` : local.isCompleted ? 'completed' : 'released';
    this.made.says.push(`${what} ${taskId} (epoch ${local.epoch})`);
  }

  decide(wish: Wish): void {
    const { taskId, owner, request } = wish;
    if (!request) {
      this.made.decided.push({ wish, answer: { ops: [] } });
      return;
    }
    const local = this.batch.state.claimOf(taskId);
    const claim = this.claimOf(taskId, local);
    if (request.kind === 'acquire' && claim.lease?.lease_id === request.lease_id) {
      this.made.decided.push({ wish, answer: { ops: [] } });
      return;
    }
    const answer = decide(taskId, claim, request, this.circumstances(wish, claim));
    this.made.decided.push({ wish, answer });
    if (isRefusal(answer)) {
      const isLocal = claim === local && local.lease !== undefined;
      if (!isLocal && answer.refused !== 'limit') this.made.restsOnTip = true;
      return;
    }
    const after = answer.ops.reduce(applyOp, claim);
    this.claims.set(taskId, after);
    for (const op of answer.ops) if (op.op === 'acquire' && op.term!.ttl_s === 0) this.endless.push(owner);
    // Prolonging a lease in force is this writer's own business; others learn of it by the beats.
    if (request.kind === 'acquire' && answer.ops[0]?.op === 'renew') return;
    this.files.set(taskId, { ...after, lease: after.lease && withoutDoubt(after.lease) });
    this.made.says.push(`${phraseOf(answer.ops.at(-1)!)} (epoch ${after.epoch})`);
  }

  private claimOf(taskId: string, local: TaskClaim): TaskClaim {
    const known = this.claims.get(taskId);
    if (known) return known;
    const { claim, lost } = this.compare(taskId, local);
    if (lost && !this.made.settled.some(op => op.lease_id === lost.lease_id)) this.lose(lost, claim.lease);
    return claim;
  }

  private compare(taskId: string, local: TaskClaim): Compared {
    const { state, staleAfterMs } = this.batch;
    const { claim, seen } = this.batch.branch(taskId);
    const isEnded = (lease: Lease): boolean => isOver({ lease, seen }, state, staleAfterMs);
    return compareClaims(local, claim, { writer: state.now.writer, isOver: isEnded });
  }

  private circumstances({ taskId, owner }: Wish, { lease }: TaskClaim): Circumstances {
    const { state, staleAfterMs, branch } = this.batch;
    return circumstancesOf(
      state,
      owner,
      { lease, seen: branch(taskId).seen },
      { endless: this.endless, staleAfterMs },
    );
  }

  private lose(lease: Lease, holder: Lease | undefined): void {
    // A lower epoch stands in the way only as long as it is held; a higher one for ever.
    if (holder && holder.epoch < lease.epoch) this.made.restsOnTip = true;
    this.made.settled.push(lossOf(lease, holder, this.batch.state));
  }
}

function keepOf({ task_id, lease_id, epoch, agent, writer, worktree }: Lease, ts: string): Op {
  const reason = 'the branch has it';
  return { ts, op: 'keep', task_id, lease_id, epoch, agent, writer, worktree, actor: agent, reason };
}

function phraseOf({ op, agent, task_id, reason, writer }: Op): string {
  if (op === 'acquire') return `${agent} claims ${task_id}`;
  if (op === 'renew' || op === 'heartbeat') return `${agent} goes on with ${task_id}`;
  return `${task_id} is taken from ${agent} of ${writer}: ${reason}`;
}
