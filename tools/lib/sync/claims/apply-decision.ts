/** What follows from a decision once it is true. */
import type { Request } from '../../claims/decide.js';
import type { ClaimOp } from '../../claims/fold.js';
import { isRefusal, lost, refuse } from '../../claims/refusal.js';
import { taskKey } from './claim-file.js';
import type { BatchDecision } from './decide-batch.js';
import type { Made } from './decide-on-tip.js';
import type { ClaimsPorts, Outcome, Wish } from './ports.js';

/**
 * Writes down what a decision means now that the branch has it.
 * @param isTip nothing came after it on the branch
 */
export function applyDecision(
  { local, foreign }: Pick<ClaimsPorts, 'local' | 'foreign'>,
  made: Made,
  isTip: boolean,
): ClaimOp[] {
  const granted = made.decided.flatMap(({ answer }) => (isRefusal(answer) ? [] : answer.ops));
  const ops = [...made.settled, ...granted];
  const wishes = made.decided.map(({ wish }) => wish);
  const changed = local.change(() => ({ ops, value: undefined }), wishes);
  const isWhole = isTip && changed.before.seq === made.head.seq;
  // Whatever stood there is over, unless somebody was faster since.
  const keys = made.tasks.flatMap(([task, epoch]) => {
    const known = foreign.get(taskKey(task));
    return known && known.lease.epoch <= epoch ? [[taskKey(task), undefined] as const] : [];
  });
  if (keys.length > 0) foreign.set(new Map(keys), false);
  local.markSent(isWhole ? changed.after : made.head, made.beats);
  return changed.ops;
}

/** What each caller is told, after `ops` were appended. */
export function outcomesOf(
  ports: Pick<ClaimsPorts, 'local' | 'foreign'>,
  { decided }: BatchDecision,
  ops: ClaimOp[],
): Map<string, Outcome> {
  return new Map(
    decided.map(({ wish, answer }): [string, Outcome] => {
      if (isRefusal(answer)) return [wish.id, answer];
      const own = ops.filter(op => op.task_id === wish.taskId);
      return [wish.id, outcomeOf(ports, wish, { ops: own, warning: answer.warning })];
    }),
  );
}

/** What the caller has now: the branch, or another process of the same owner, may have ended the lease since. */
export function outcomeOf(
  { local, foreign }: Pick<ClaimsPorts, 'local' | 'foreign'>,
  { taskId, request }: Wish,
  { ops, warning }: { ops: ClaimOp[]; warning: string | undefined },
): Outcome {
  return local.change<Outcome>(state => {
    const { lease } = state.claimOf(taskId);
    const isKept = request !== undefined && KEEPING.includes(request.kind);
    // An acquire that had been granted before has no op of its own.
    const wanted = ops.at(-1)?.lease_id ?? (request?.kind === 'acquire' ? request.lease_id : undefined);
    if (!isKept || lease?.lease_id === wanted) return { ops: [], value: { ops, lease, warning } };
    const holder = lease ?? foreign.get(taskKey(taskId))?.lease;
    const gone = refuse('lost', null, 'is no longer yours: the lease was ended meanwhile');
    return { ops: [], value: holder ? lost(holder, null) : gone };
  }).value;
}

/** Requests after which the caller holds the lease. */
const KEEPING: Request['kind'][] = ['acquire', 'renew', 'heartbeat'];
