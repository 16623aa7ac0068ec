/**
 * Claims together with the story they make: what changes hands is decided and logged under the claims lock,
 * then told in the ledgers of the agents it concerns, then noted in the index. A process that dies in between
 * leaves the telling to the next one; an idempotency key for each op keeps it from being told twice.
 */
import { type Decision, decide, type Owner, type Request } from '../claims/decide.js';
import { applyOp, type ClaimOp, type Op, type TaskClaim } from '../claims/fold.js';
import type { Lease } from '../claims/lease.js';
import { type Machine, momentNow } from '../claims/moment.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { append, claimOf, type OpenClaims, saveViews, withClaims } from '../claims/store.js';
import { Failure } from '../failure.js';
import type { Draft } from '../ledger/append.js';
import type { DayOptions } from '../ledger/day.js';
import type { Config } from '../record/config.js';
import { ledgerAgent } from '../record/ids.js';
import type { Workspace } from '../root/workspace.js';
import { isWorktreeGone } from '../root/worktrees.js';
import { recordEvent } from './record.js';

export interface ClaimOptions extends DayOptions {
  limits: Config['claims'];
  /** The session of the events; the agent's open one when undefined. */
  session?: string | undefined;
  /** The same where several callers are served at once, by lease id. */
  sessions?: Map<string, string | undefined>;
  machine?: Machine;
}

export interface Granted {
  /** The lease after the request; undefined when it ended with it. */
  lease: Lease | undefined;
  /** What was done, in order. */
  ops: ClaimOp[];
  warning: string | undefined;
}

/**
 * Asks for a change of a task's claim.
 * @param taskId canonical
 * @returns what was granted, on disk; or why not
 * @throws Failure `contention`, `disk`
 */
export function requestClaim(
  workspace: Workspace,
  subject: { taskId: string; owner: Owner },
  request: Request,
  options: ClaimOptions,
): Granted | Refusal {
  const { taskId, owner } = subject;
  const { value, ops } = changeClaims<Refusal | Omit<Granted, 'ops'>>(workspace, options, claims => {
    const before = claimOf(claims, taskId);
    const decision = decideHere(claims, { taskId, owner, before }, request, options);
    if (isRefusal(decision)) return { ops: [], value: decision };
    const after = decision.ops.reduce(applyOp, before);
    return { ops: decision.ops, value: { lease: after.lease, warning: decision.warning } };
  });
  return isRefusal(value) ? value : { ...value, ops };
}

/**
 * Runs `action` under the claims lock and appends the ops it returns; they are on disk and told afterwards.
 * @throws Failure `contention`, `disk`
 */
export function changeClaims<T>(
  workspace: Workspace,
  options: ClaimOptions,
  action: (claims: OpenClaims) => { ops: Op[]; value: T },
): { ops: ClaimOp[]; value: T } {
  return withClaims(workspace, options.warn, claims => {
    const { ops: wanted, value } = action(claims);
    const ops = wanted.length > 0 ? append(claims, wanted, options.rules) : [];
    const isTold = tell(workspace, { again: claims.caughtUp, first: ops }, options);
    if (isTold && (ops.length > 0 || claims.caughtUp.length > 0)) saveViews(claims);
    return { ops, value };
  });
}

function decideHere(
  { workspace, index }: OpenClaims,
  { taskId, owner, before }: { taskId: string; owner: Owner; before: TaskClaim },
  request: Request,
  { limits, machine }: ClaimOptions,
): Decision {
  const endless = [...index.leases.values()].filter(lease => lease.ttl_s === 0);
  return decide(taskId, before, request, {
    owner,
    now: momentNow(workspace.clock, workspace.writer, machine),
    isStale: before.lease !== undefined && isWorktreeGone(workspace, before.lease.worktree),
    indefinite: {
      byAgent: endless.filter(lease => lease.agent === owner.agent).length,
      inAll: endless.length,
    },
    limits: {
      maxLifetime_s: limits.max_lifetime_s,
      maxIndefinitePerAgent: limits.max_indefinite_per_agent,
      maxIndefinite: limits.max_indefinite,
    },
  });
}

/**
 * Tells of ops; those that are told again may be in the ledger already.
 * @returns false when a ledger could not be written: the op stands, and is told later
 */
function tell(
  workspace: Workspace,
  { again, first }: { again: ClaimOp[]; first: ClaimOp[] },
  options: ClaimOptions,
): boolean {
  try {
    const { session, sessions } = options;
    for (const op of [...again, ...first]) {
      const draft = eventOf(op, sessions?.has(op.lease_id) ? sessions.get(op.lease_id) : session);
      // What befell another writer's lease is told by that writer.
      if (draft === undefined || op.writer !== workspace.writer) continue;
      const told = { ...draft, hasNewKey: first.includes(op) };
      recordEvent(workspace, ledgerAgent(op.agent), told, { ...options, updatesStatus: false });
    }
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    options.warn(`the claim stands, but is not in the ledger yet: ${error.message}`);
    return false;
  }
}

/** What an op is to its agent's ledger; undefined for what is no change of hands. */
function eventOf(op: ClaimOp, session: string | undefined): Draft | undefined {
  const summary = summaryOf(op);
  if (summary === undefined) return undefined;
  const { task_id, lease_id, epoch, actor, reason } = op;
  const expires_at = op.term?.expires_at;
  return {
    event: 'info',
    task_id,
    source: 'ledger-claim',
    summary,
    data: {
      claim: {
        op: op.op,
        lease_id,
        epoch,
        ...(expires_at && { expires_at }),
        actor,
        ...(reason && { reason }),
      },
    },
    session_id: op.op === 'acquire' || op.op === 'complete' ? session : undefined,
    idempotency_key: `claim:${lease_id}:${op.op}`,
  };
}

function summaryOf({ op, task_id, epoch, term, actor, reason, ...rest }: ClaimOp): string | undefined {
  switch (op) {
    case 'acquire':
      if (rest.provisional)
        return `claimed ${task_id} provisionally: other machines could not be asked (epoch ${epoch})`;
      return `claimed ${task_id} ${term?.expires_at ? `until ${term.expires_at}` : 'without an end'} (epoch ${epoch})`;
    case 'complete':
      return `completed ${task_id} (epoch ${epoch})`;
    case 'auto-evict':
    case 'force-evict':
    case 'lost':
      return `lost ${task_id} (epoch ${epoch}) to ${actor}: ${reason ?? 'it had ended'}`;
    default:
      return undefined;
  }
}
