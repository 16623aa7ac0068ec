/**
 * The lease rules: a pure state machine, `(claim, request, circumstances) → ops or refusal`. The claim after
 * a request is the fold of its ops, and nothing else. The same rules decide on one machine and on the ledger
 * branch.
 *
 * - An acquire is granted when nobody holds the task, when the lease on it has ended or is stale (its worktree is
 *   gone), and renews a lease that is the asker's own and in force. A takeover first evicts the old lease.
 * - The epoch, the fencing token, grows by one with each new lease of the task and never goes back: not by
 *   release, eviction or completion.
 * - Renew, heartbeat, release and complete must be about the present lease: by lease id, by epoch, or, when
 *   neither is given, by agent, writer and worktree. A late owner is refused and told who took over. An ended
 *   lease that nobody took over may still be renewed by its owner.
 * - Evicting a lease in force needs force.
 */
import type { ClaimOp, Op, TaskClaim } from './fold.js';
import { hasEnded, type Lease, nextTerm, type Observation, remainingMs } from './lease.js';
import type { Moment } from './moment.js';
import { describeHolder, held, lost, type Refusal, refuse } from './refusal.js';

/** Who asks: the same agent in another worktree is another holder. */
export interface Owner {
  agent: string;
  writer: string;
  worktree: string;
}

/** Which lease the asker believes to hold. */
export interface LeaseReference {
  lease_id?: string | undefined;
  epoch?: number | undefined;
}

export type Request =
  | { kind: 'acquire'; lease_id: string; ttl_s: number; reason: string | null; reopens: boolean }
  | { kind: 'renew' | 'heartbeat'; about: LeaseReference; ttl_s?: number; reason: string | null }
  | { kind: 'release' | 'complete'; about: LeaseReference; reason: string | null }
  | { kind: 'evict'; reason: string; isForced: boolean };

export interface Circumstances {
  owner: Owner;
  now: Moment;
  /** What this observer saw of another writer's lease. */
  seen?: Observation | undefined;
  /** The worktree of the present lease is gone, or it has not changed for longer than anybody should wait. */
  isStale: boolean;
  /** Why it is stale, where that is not a worktree that is gone. */
  whyStale?: string | undefined;
  /** Leases without an end that are held: by the asker, and by anybody. */
  indefinite: { byAgent: number; inAll: number };
  limits: { maxLifetime_s: number; maxIndefinitePerAgent: number; maxIndefinite: number };
}

/** What is granted, as the ops that make it so; `warning` says what the owner should know. */
export type Decision = { ops: Op[]; warning?: string } | Refusal;

export function decide(taskId: string, claim: TaskClaim, request: Request, around: Circumstances): Decision {
  switch (request.kind) {
    case 'acquire':
      return acquire(taskId, claim, request, around);
    case 'evict':
      return evict(claim, request, around);
    default:
      return change(claim, request, around);
  }
}

type Acquire = Extract<Request, { kind: 'acquire' }>;
type Change = Exclude<Request, Acquire | { kind: 'evict' }>;

function acquire(taskId: string, claim: TaskClaim, request: Acquire, around: Circumstances): Decision {
  const { lease } = claim;
  const { owner, now, seen, isStale } = around;
  if (claim.isCompleted && !request.reopens) {
    return refuse('finished', null, 'is already completed; --reopen claims it again');
  }
  const isOver = lease !== undefined && (isStale || hasEnded(lease, now, seen));
  if (lease && !isOver) {
    if (!isHeldBy(lease, owner)) return held(lease, remainingMs(lease, now, seen));
    return prolong(lease, 'renew', request, around);
  }
  const limit = request.ttl_s === 0 ? indefiniteLimit(around, lease) : undefined;
  if (limit) return limit;
  const term = nextTerm(undefined, request.ttl_s, now, around.limits.maxLifetime_s)!;
  const made: Op = {
    ...{ ts: now.ts, op: 'acquire', task_id: taskId, lease_id: request.lease_id, epoch: claim.epoch + 1 },
    ...{ ...owner, actor: owner.agent, reason: request.reason, term },
  };
  if (!lease) return { ops: [made] };
  const gone = around.whyStale ?? `its worktree ${lease.worktree} is gone`;
  const why = isStale ? gone : 'it had ended';
  return { ops: [opOn(lease, 'auto-evict', around, why), made] };
}

function evict(
  claim: TaskClaim,
  request: Extract<Request, { kind: 'evict' }>,
  around: Circumstances,
): Decision {
  const { lease } = claim;
  if (!lease) return refuse('unknown', null, 'is not claimed');
  const isOver = around.isStale || hasEnded(lease, around.now, around.seen);
  if (!isOver && !request.isForced) {
    const message = `${describeHolder(lease)}; --force evicts it all the same`;
    return { ...held(lease, remainingMs(lease, around.now, around.seen)), message };
  }
  return { ops: [opOn(lease, isOver ? 'auto-evict' : 'force-evict', around, request.reason)] };
}

function change(claim: TaskClaim, request: Change, around: Circumstances): Decision {
  const { lease } = claim;
  const { about } = request;
  if (!lease) {
    const isLate = about.lease_id !== undefined || about.epoch !== undefined;
    if (claim.isCompleted) return refuse('finished', null, 'is already completed');
    return isLate && claim.epoch > 0
      ? refuse('lost', null, 'is no longer yours: the lease was released or evicted')
      : refuse('unknown', null, 'is not claimed');
  }
  if (!isAbout(lease, about, around.owner)) return lost(lease, remainingMs(lease, around.now, around.seen));
  if (request.kind === 'renew' || request.kind === 'heartbeat') {
    return prolong(lease, request.kind, request, around);
  }
  return { ops: [opOn(lease, request.kind, around, request.reason)] };
}

function prolong(
  lease: Lease,
  op: 'renew' | 'heartbeat',
  request: { ttl_s?: number; reason: string | null },
  around: Circumstances,
): Decision {
  const { now, limits } = around;
  const ttl_s = request.ttl_s ?? lease.ttl_s;
  const limit = ttl_s === 0 && lease.ttl_s !== 0 ? indefiniteLimit(around) : undefined;
  if (limit) return limit;
  const term = nextTerm(lease, ttl_s, now, limits.maxLifetime_s);
  if (!term) {
    const message = `has been held for ${limits.maxLifetime_s} s, the longest life of a lease; release it and acquire it again`;
    return refuse('limit', null, message);
  }
  const wasOver = around.isStale || hasEnded(lease, now, around.seen);
  const ops = [{ ...opOn(lease, op, around, request.reason), term }];
  return wasOver ? { ops, warning: 'the lease had ended; nobody took it over meanwhile' } : { ops };
}

function indefiniteLimit(
  { indefinite, limits, owner }: Circumstances,
  replaced?: Lease,
): Refusal | undefined {
  const freed = replaced?.ttl_s === 0 ? 1 : 0;
  const byAgent = indefinite.byAgent - (replaced?.agent === owner.agent ? freed : 0);
  if (byAgent >= limits.maxIndefinitePerAgent) {
    return refuse(
      'limit',
      null,
      `cannot be held without an end: ${owner.agent} holds ${byAgent} such leases already`,
    );
  }
  if (indefinite.inAll - freed >= limits.maxIndefinite) {
    return refuse(
      'limit',
      null,
      `cannot be held without an end: ${indefinite.inAll} such leases are held already`,
    );
  }
  return undefined;
}

/** Whether the present lease is the one that is meant. */
export function isAbout(lease: Lease, about: LeaseReference, owner: Owner): boolean {
  if (about.lease_id !== undefined && about.lease_id !== lease.lease_id) return false;
  if (about.epoch !== undefined && about.epoch !== lease.epoch) return false;
  return isHeldBy(lease, owner);
}

function isHeldBy(lease: Lease, owner: Owner): boolean {
  return lease.agent === owner.agent && lease.writer === owner.writer && lease.worktree === owner.worktree;
}

function opOn(lease: Lease, op: ClaimOp['op'], { owner, now }: Circumstances, reason: string | null): Op {
  const { task_id, lease_id, epoch, agent, writer, worktree } = lease;
  return { ts: now.ts, op, task_id, lease_id, epoch, agent, writer, worktree, actor: owner.agent, reason };
}
