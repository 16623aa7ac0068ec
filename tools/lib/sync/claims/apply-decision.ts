/** What follows from a decision once it is true. */
import type { ClaimOp } from '../../claims/fold.js';
import { isRefusal } from '../../claims/refusal.js';
import { taskKey } from './claim-file.js';
import type { BatchDecision } from './decide-batch.js';
import type { Made } from './decide-on-tip.js';
import type { ClaimsPorts, Outcome } from './ports.js';

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
  ports: ClaimsPorts,
  { decided }: BatchDecision,
  ops: ClaimOp[],
): Map<string, Outcome> {
  const leases = ports.local.change(({ leases: held }) => ({
    ops: [],
    value: new Map(held.map(lease => [lease.task_id, lease])),
  })).value;
  return new Map(
    decided.map(({ wish, answer }): [string, Outcome] => {
      if (isRefusal(answer)) return [wish.id, answer];
      const own = ops.filter(op => op.task_id === wish.taskId);
      return [wish.id, { ops: own, lease: leases.get(wish.taskId), warning: answer.warning }];
    }),
  );
}
