/** Claims while the remote cannot be asked: provisional, or none. */
import type { Op } from '../../claims/fold.js';
import { isRefusal, type Refusal, refuse } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import { outcomesOf } from './apply-decision.js';
import { decideOn, type Made } from './decide-on-tip.js';
import type { ClaimsPorts, Outcome, ServeOptions, Wish } from './ports.js';

const MOST_PROVISIONAL = 1000;

/** Decides on the tip last seen, by the same rules; what is granted is provisional. */
export async function serveOffline(
  ports: ClaimsPorts,
  wishes: Wish[],
  options: ServeOptions,
  why: string,
): Promise<Map<string, Outcome>> {
  if (options.offlineMode === 'fail')
    return new Map(wishes.map(({ id }) => [id, offline(`is not claimed: ${why}`)]));
  let made: Made | undefined;
  await ports.branch.build(ports.tip.read(), async tree => {
    made = await decideOn(ports, tree, wishes, options);
    return undefined;
  });
  const doubtful = new Set(ports.intents.read()?.grants.map(({ task_id }) => task_id));
  return grantProvisionally(ports, made!, { why, doubtful });
}

/**
 * A push whose outcome nobody can tell: what was pushed is granted provisionally, or stays an intent.
 * @throws Failure `offline` with `offlineMode` fail
 */
export function leaveOpen(
  ports: ClaimsPorts,
  made: Made,
  { offlineMode }: ServeOptions,
  why: string,
): Map<string, Outcome> {
  if (offlineMode === 'fail')
    throw new Failure('offline', `${why}; whether the claim reached the remote is not known yet`);
  const outcomes = grantProvisionally(ports, made, { why, doubtful: new Set() });
  ports.intents.clear();
  return outcomes;
}

interface Doubt {
  why: string;
  /** Tasks that a call which was cut off may have claimed. */
  doubtful: Set<string>;
}

function grantProvisionally(ports: ClaimsPorts, made: Made, { why, doubtful }: Doubt): Map<string, Outcome> {
  const held = ports.local.change(({ leases }) => ({ ops: [], value: leases })).value;
  let room = MOST_PROVISIONAL - held.filter(({ provisional }) => provisional).length;
  const decided = made.decided.map(({ wish, answer }) => {
    if (isRefusal(answer)) return { wish, answer };
    if (wish.request?.kind !== 'acquire') return { wish, answer: offline(`cannot be changed: ${why}`) };
    if (doubtful.has(wish.taskId)) return { wish, answer: offline(`may be claimed already: ${why}`) };
    if (room-- <= 0)
      return { wish, answer: offline(`is not claimed: ${MOST_PROVISIONAL} claims wait already`) };
    return { wish, answer: { ...answer, ops: answer.ops.map(asProvisional) } };
  });
  const ops = decided.flatMap(({ answer }) => (isRefusal(answer) ? [] : answer.ops));
  const wishes = made.decided.map(({ wish }) => wish);
  const changed = ports.local.change(() => ({ ops, value: undefined }), wishes);
  return outcomesOf(ports, { ...made, decided }, changed.ops);
}

function asProvisional(op: Op): Op {
  return op.op === 'acquire' ? { ...op, provisional: true } : op;
}

function offline(message: string): Refusal {
  return refuse('offline', null, message);
}
