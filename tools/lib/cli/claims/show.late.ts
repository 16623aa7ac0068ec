/** The verbs of `ledger-claim` that read, and `rebuild`. Reading takes no lock and writes nothing. */
import { isAbout, type LeaseReference, type Owner } from '../../claims/decide.js';
import { hasEnded, type Lease } from '../../claims/lease.js';
import { readHistory } from '../../claims/log.js';
import { type Moment, momentNow } from '../../claims/moment.js';
import { refuse } from '../../claims/refusal.js';
import { readClaim, readLeases, rebuildViews, saveViews, withClaims } from '../../claims/store.js';
import { Failure } from '../../failure.js';
import { isWorktreeGone } from '../../root/worktrees.js';
import { knownWriter } from '../../root/writer.js';
import type { Call } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { leaseSentence, printGranted, printRefusal } from './answer.js';
import { identityOf, referenceOf, taskOf } from './subject.js';

type LeaseState = 'held' | 'ended' | 'stale';

/** `list`: every lease; `stale`: those that have ended or whose worktree is gone. */
export function list(call: Call, onlyStale: boolean): number {
  const { args, io, warn } = call;
  const context = openContext(call);
  const agent = args.value('agent-id');
  for (const lease of readLeases(context.place, warn).values()) {
    const state = stateOf(lease, context, now(call, context));
    if ((onlyStale && state === 'held') || (agent !== undefined && lease.agent !== agent)) continue;
    const note = { held: '', ended: ' (it has ended)', stale: ' (its worktree is gone)' }[state];
    io.print(
      args.isSet('json') ? `${JSON.stringify({ ...lease, state })}\n` : `${leaseSentence(lease)}${note}\n`,
    );
  }
  return EXIT.done;
}

function stateOf(lease: Lease, { place }: Context, moment: Moment): LeaseState {
  if (isWorktreeGone(place, lease.worktree)) return 'stale';
  return hasEnded(lease, moment) ? 'ended' : 'held';
}

function now({ io }: Call, { place }: Context): Moment {
  return momentNow(io.clock, knownWriter(place.control) ?? '');
}

/** `check`: the guard before a side effect. Exit 0 only while the lease that is meant is in force. */
export function check(call: Call, task: string | undefined): number {
  const taskId = taskOf(task);
  const context = openContext(call);
  const about = referenceOf(call, taskId);
  const owner = ownerOf(call, context);
  const { lease, isCompleted } = readClaim(context.place, taskId, call.warn);
  if (!lease) {
    const message = isCompleted ? 'is already completed' : 'is not claimed';
    const refused = isCompleted ? 'finished' : 'unknown';
    return printRefusal(call, taskId, refuse(refused, null, message));
  }
  const state = stateOf(lease, context, now(call, context));
  const isMeant = isTheirs(lease, about, owner);
  if (isMeant && state === 'held') {
    printGranted(call, leaseSentence(lease), lease);
    return EXIT.done;
  }
  const message = isMeant
    ? `is yours no more: the lease ${state === 'ended' ? 'has ended' : 'is stale'}`
    : `is not yours: ${leaseSentence(lease)}`;
  return printRefusal(call, taskId, refuse('lost', isMeant ? null : lease, message));
}

/** By epoch or lease id alone, because a guard may run where nobody said who it is; else by identity. */
function isTheirs(lease: Lease, about: LeaseReference, owner: Owner | undefined): boolean {
  const isNamed = about.epoch !== undefined || about.lease_id !== undefined;
  if (!isNamed && !owner)
    throw new Failure('usage', 'check which lease? give --epoch, --lease or --agent-id');
  return isAbout(lease, about, isNamed ? lease : owner!);
}

function ownerOf(call: Call, context: Context): Owner | undefined {
  const agent = identityOf(call, context);
  const { control, worktree } = context.place;
  return agent === undefined ? undefined : { agent, writer: knownWriter(control) ?? '', worktree };
}

/** `history [task]`: the ops of the log, oldest first. */
export function history(call: Call, task: string | undefined): number {
  const { args, io, warn } = call;
  const taskId = task === undefined ? undefined : taskOf(task);
  const { place } = openContext(call);
  let count = 0;
  for (const op of readHistory(place, warn)) {
    if (taskId !== undefined && op.task_id !== taskId) continue;
    count++;
    const by = op.actor === op.agent ? '' : ` by ${op.actor}`;
    const why = op.reason === null ? '' : `: ${op.reason}`;
    const sentence = `${op.ts} ${op.task_id} ${op.op} ${op.agent} (${op.writer}, ${op.worktree}) epoch ${op.epoch}${by}${why}`;
    io.print(`${args.isSet('json') ? JSON.stringify(op) : sentence}\n`);
  }
  if (count === 0 && taskId !== undefined) throw new Failure('missing', `${taskId} was never claimed here`);
  return EXIT.done;
}

/** `rebuild`: makes the index and the records of finished tasks from the log again. */
export function rebuild(call: Call): number {
  const context = openContext(call);
  const counts = withClaims(context.openForWriting(), call.warn, claims => {
    const ops = rebuildViews(claims, call.warn);
    saveViews(claims);
    return { ops, leases: claims.index.leases.size };
  });
  printGranted(call, `made the index again from ${counts.ops} ops: ${counts.leases} leases`, counts);
  return EXIT.done;
}
