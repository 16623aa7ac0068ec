/**
 * A request for a change of a claim, with a branch.
 *
 * - **Acquire**: what the local log forbids or grants (another holder in this root, a lease of one's own) is answered
 *   without the branch. Everything else the branch decides.
 * - **Renew, heartbeat, release, complete**, and evicting a lease of this writer: decided by the local log, because nobody
 *   else may change what it says; then the branch is told. Where it cannot be told now, the next push tells it.
 * - Prolonging a lease that has ended, and evicting another writer's: decided on the branch.
 */
import { decide, type Owner, type Request } from '../../claims/decide.js';
import { applyOp, type Op, type TaskClaim } from '../../claims/fold.js';
import { hasEnded, type Lease } from '../../claims/lease.js';
import { isRefusal, type Refusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import { outcomeOf } from './apply-decision.js';
import { dueBeats } from './beats.js';
import { circumstancesOf } from './circumstances.js';
import { taskKey } from './claim-file.js';
import type { ClaimsPorts, LocalState, Outcome, ServeOptions, Wish } from './ports.js';
import { askTogether, type WishQueue } from './queue.js';
import { serveWishes } from './serve.js';

export interface Subject {
  taskId: string;
  owner: Owner;
  session?: string | undefined;
}

export interface Caller {
  ports: ClaimsPorts;
  queue: WishQueue;
  options: ServeOptions;
  /** Called under the lock on the branch, before it is used. @throws Failure `setup` */
  begin(): Promise<void>;
  /** Called under the lock, when everybody was served. */
  end(): void;
}

/** @throws Failure `contention`, `offline`, `rewound`, `disk` */
export async function requestOnBranch(caller: Caller, subject: Subject, request: Request): Promise<Outcome> {
  const { ports, options } = caller;
  const wish = wishOf(ports, subject, request);
  const changed = ports.local.change(state => decideLocally(caller, wish, state), [wish]);
  const { answer } = changed.value;
  if (answer === undefined) return ask(caller, wish);
  if (isRefusal(answer)) return answer;
  if (changed.value.tells && !options.isOffline) await tell(caller, subject);
  return outcomeOf(ports, wish, { ops: changed.ops, warning: answer.warning });
}

function wishOf({ newId }: ClaimsPorts, { taskId, owner, session }: Subject, request: Request): Wish {
  const id = request.kind === 'acquire' ? request.lease_id : newId();
  return { id, taskId, owner, request, session };
}

interface Local {
  /** Undefined: the branch decides. */
  answer: { warning: string | undefined } | Refusal | undefined;
  /** The branch is to be told. */
  tells: boolean;
}

function decideLocally(caller: Caller, wish: Wish, state: LocalState): { ops: Op[]; value: Local } {
  const { taskId, owner } = wish;
  const request = wish.request!;
  const own = state.claimOf(taskId);
  const isAcquire = request.kind === 'acquire';
  const toBranch = { ops: [], value: { answer: undefined, tells: false } };
  if (!own.lease && (isAcquire || request.kind === 'evict')) return toBranch;
  const known = caller.ports.foreign.get(taskKey(taskId));
  const isTaken = !own.lease && known !== undefined && known.lease.epoch >= own.epoch;
  const claim: TaskClaim = isTaken
    ? { epoch: known.lease.epoch, lease: known.lease, isCompleted: false }
    : own;
  const endless = state.leases.filter(({ ttl_s }) => ttl_s === 0);
  const { staleAfterMs } = caller.options;
  const around = circumstancesOf(
    state,
    owner,
    { lease: claim.lease, seen: known?.seen },
    { endless, staleAfterMs },
  );
  const decision = decide(taskId, claim, request, around);
  if (isRefusal(decision)) return { ops: [], value: { answer: decision, tells: false } };
  const isProlonged = ['renew', 'heartbeat'].includes(decision.ops[0]!.op);
  const isOver = around.isStale || hasEnded(claim.lease!, state.now, around.seen);
  if ((isProlonged && isOver) || (isAcquire && !isProlonged)) return toBranch;
  const after = decision.ops.reduce(applyOp, claim).lease;
  const tells = !isProlonged || after?.provisional === true || isBeatDue(state, after!);
  return { ops: decision.ops, value: { answer: { warning: decision.warning }, tells } };
}

function isBeatDue(state: LocalState, lease: Lease): boolean {
  const leases = state.leases.map(other => (other.task_id === lease.task_id ? lease : other));
  return dueBeats({ ...state, leases }, state.now.writer) !== undefined;
}

function ask({ ports, queue, options, begin, end }: Caller, wish: Wish): Promise<Outcome> {
  return askTogether(wish, {
    queue,
    ...{ time: ports.time, deadlineMs: options.deadlineMs, isAlone: options.isOffline },
    serve: async (wishes, more) => {
      await begin();
      const outcomes = await serveWishes(ports, wishes, { ...options, more });
      end();
      return outcomes;
    },
  });
}

/** Tells the branch what the claims log has; what cannot be told now stands, and is told later. */
async function tell(caller: Caller, { taskId, owner }: Subject): Promise<void> {
  const { ports } = caller;
  try {
    const answer = await ask(caller, { id: ports.newId(), taskId, owner, request: undefined });
    if (isRefusal(answer))
      ports.warn(`done here; other machines will learn of it later: ${taskId} ${answer.message}`);
  } catch (error) {
    if (!(error instanceof Failure) || !['offline', 'contention', 'rewound'].includes(error.kind))
      throw error;
    ports.warn(`done here; other machines will learn of it later: ${error.message}`);
  }
}
