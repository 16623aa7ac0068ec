/** The verbs of `ledger-claim` that read, and `rebuild`. Reading takes no lock and writes nothing. */
import { isAbout, type LeaseReference, type Owner } from '../../claims/decide.js';
import { hasEnded, type Lease, type Observation } from '../../claims/lease.js';
import { readHistory } from '../../claims/log.js';
import { type Moment, momentNow } from '../../claims/moment.js';
import { refuse } from '../../claims/refusal.js';
import { readClaim, readLeases, rebuildViews, saveViews, withClaims } from '../../claims/store.js';
import { Failure } from '../../failure.js';
import { isWorktreeGone } from '../../root/worktrees.js';
import { knownWriter } from '../../root/writer.js';
import { lookAtClaims } from '../../sync/claims/branch.late.js';
import { readForeignLease, readForeignLeases } from '../../sync/claims/foreign-leases.js';
import { mergedLogs, type PlacedOp, readForeignLog } from '../../sync/claims/foreign-log.js';
import type { Call } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { leaseSentence, printGranted, printRefusal } from './answer.js';
import { branchOptions, identityOf, referenceOf, taskOf } from './subject.js';

type LeaseState = 'held' | 'ended' | 'stale';

/** `list`: every lease, also other machines'; `stale`: those that have ended or whose worktree is gone. */
export function list(call: Call, onlyStale: boolean): number {
  const { args, io, warn } = call;
  const context = openContext(call);
  const agent = args.value('agent-id');
  const own = [...readLeases(context.place, warn).values()].map(lease => ({ lease, seen: undefined }));
  for (const { lease, seen } of [...own, ...readForeignLeases(context.place)]) {
    const state = stateOf(lease, context, { now: now(call, context), seen });
    if ((onlyStale && state === 'held') || (agent !== undefined && lease.agent !== agent)) continue;
    const note = { held: '', ended: ' (it has ended)', stale: ' (its worktree is gone)' }[state];
    io.print(
      args.isSet('json') ? `${JSON.stringify({ ...lease, state })}\n` : `${leaseSentence(lease)}${note}\n`,
    );
  }
  return EXIT.done;
}

interface Observed {
  now: Moment;
  /** Since when another writer's lease has been seen as it is. */
  seen: Observation | undefined;
}

function stateOf(lease: Lease, { place }: Context, { now: moment, seen }: Observed): LeaseState {
  if (lease.writer === moment.writer && isWorktreeGone(place, lease.worktree)) return 'stale';
  return hasEnded(lease, moment, seen) ? 'ended' : 'held';
}

function now({ io }: Call, { place }: Context): Moment {
  return momentNow(io.clock, knownWriter(place.control) ?? '');
}

/** `check`: the guard before a side effect. Exit 0 only while the lease that is meant is in force. */
export function check(call: Call, task: string | undefined): number | Promise<number> {
  const taskId = taskOf(task);
  const context = openContext(call);
  if (!call.args.isSet('remote')) return checkHere(call, context, taskId);
  const looked = lookAtClaims(context.openForWriting(), branchOptions(call, context));
  return looked.then(() => checkHere(call, context, taskId));
}

function checkHere(call: Call, context: Context, taskId: string): number {
  const about = referenceOf(call, taskId);
  const owner = ownerOf(call, context);
  const claim = readClaim(context.place, taskId, call.warn);
  const other = readForeignLease(context.place, taskId);
  const isTaken = !claim.lease && other !== undefined && other.lease.epoch >= claim.epoch;
  const lease = isTaken ? other.lease : claim.lease;
  if (!lease) {
    const message = claim.isCompleted ? 'is already completed' : 'is not claimed';
    return printRefusal(call, taskId, refuse(claim.isCompleted ? 'finished' : 'unknown', null, message));
  }
  const moment = now(call, context);
  // A lease of another writer is checked where it is held: here nobody knows how long it lasts.
  const isMeant = lease.writer === moment.writer && isTheirs(lease, about, owner);
  if (!isMeant)
    return printRefusal(call, taskId, refuse('lost', lease, `is not yours: ${leaseSentence(lease)}`));
  const state = stateOf(lease, context, { now: moment, seen: undefined });
  if (state !== 'held') {
    const message = `is yours no more: the lease ${state === 'ended' ? 'has ended' : 'is stale'}`;
    return printRefusal(call, taskId, refuse('lost', null, message));
  }
  if (lease.provisional) {
    const message = 'is held provisionally: other machines could not be asked yet';
    return printRefusal(call, taskId, refuse('offline', lease, message));
  }
  printGranted(call, leaseSentence(lease), lease);
  return EXIT.done;
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

/** `history [task]`: the ops of this log and of those that other machines have sent, oldest first. */
export function history(call: Call, task: string | undefined): number {
  const { args, io, warn } = call;
  const taskId = task === undefined ? undefined : taskOf(task);
  const { place } = openContext(call);
  const ours = knownWriter(place.control) ?? '';
  const isMeant = ({ op }: PlacedOp): boolean => taskId === undefined || op.task_id === taskId;
  const own = [...readHistory(place, warn)].map(op => ({ op, writer: ours })).filter(isMeant);
  const others = [...readForeignLog(place)].filter(isMeant);
  // What is one log's stays in its order.
  const all = others.length > 0 ? mergedLogs([...own, ...others]) : own;
  for (const { op, writer } of all) {
    const json = writer === ours ? op : { ...op, log: writer };
    io.print(
      `${args.isSet('json') ? JSON.stringify(json) : opSentence(op, writer === ours ? '' : writer)}\n`,
    );
  }
  if (all.length === 0 && taskId !== undefined)
    throw new Failure('missing', `${taskId} was never claimed here`);
  return EXIT.done;
}

/** @param log the writer whose log it is in; empty for ours */
function opSentence(op: PlacedOp['op'], log: string): string {
  const by = op.actor === op.agent ? '' : ` by ${op.actor}`;
  const where = log === '' ? '' : ` [log of ${log}]`;
  const why = op.reason === null ? '' : `: ${op.reason}`;
  const whose = `${op.agent} (${op.writer}, ${op.worktree})`;
  return `${op.ts} ${op.task_id} ${op.op} ${whose} epoch ${op.epoch}${by}${where}${why}`;
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
