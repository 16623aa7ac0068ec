/** The verbs of `ledger-claim` that change a claim. */
import type { Request } from '../../claims/decide.js';
import { isRefusal, type Refusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import type { Granted } from '../../journal/claim.js';
import { uuidV7 } from '../../record/ids.js';
import { changeClaim, usesBranch } from '../../sync/claim.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { leaseSentence, printGranted, printRefusal } from './answer.js';
import { type ClaimCall, openClaimCall, referenceOf, ttlOf } from './subject.js';

type Answer = Granted | Refusal;

/** Between two looks at a task that is held: by the local log, and by the branch. */
const PAUSE_MS = { local: 250, branch: 2000 };

/** `acquire`: with `--wait` it asks again until the task is free or the time is over. */
export function acquire(call: Call, task: string | undefined): number | Promise<number> {
  const claim = openClaimCall(call, task);
  return once(acquireFor(claim), answer => printAcquired(claim, answer));
}

/** A call that is answered at once ends at once. */
function once<A, B>(answer: A | Promise<A>, next: (settled: A) => B): B | Promise<B> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}

function printAcquired({ call, taskId }: ClaimCall, answer: Answer): number {
  if (isRefusal(answer)) return printRefusal(call, taskId, answer);
  printGranted(call, leaseSentence(answer.lease!), answer.lease!);
  return EXIT.done;
}

/** @returns the lease, or the refusal that stood when `--wait` was over; at once where there is nothing to wait for */
export function acquireFor(claim: ClaimCall): Answer | Promise<Answer> {
  const { workspace, options } = claim;
  const startMs = workspace.clock.nowMs();
  const request = acquireRequest(claim);
  const answer = ask(claim, request);
  const mayWait = answer instanceof Promise || isHeld(answer);
  if (!mayWait || options.waitMs === undefined) return answer;
  return askUntil(startMs + options.waitMs, claim, { request, answer });
}

async function askUntil(
  endMs: number,
  claim: ClaimCall,
  { request, answer }: { request: Request; answer: Answer | Promise<Answer> },
): Promise<Answer> {
  const { workspace, options } = claim;
  const longestMs = PAUSE_MS[usesBranch(workspace, options) ? 'branch' : 'local'];
  for (let next = answer; ; next = ask(claim, request)) {
    const settled = await next;
    const restMs = endMs - workspace.clock.nowMs();
    if (!isHeld(settled) || restMs <= 0) return settled;
    const pauseMs = Math.min(longestMs * (0.8 + Math.random() * 0.4), restMs);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

function isHeld(answer: Answer): boolean {
  return isRefusal(answer) && answer.refused === 'held';
}

function acquireRequest({ call, context, workspace }: ClaimCall): Request {
  return {
    kind: 'acquire',
    lease_id: uuidV7(workspace.clock.nowMs()),
    ttl_s: ttlOf(call, context) ?? context.config.claims.default_ttl_s,
    reason: reasonOf(call),
    reopens: call.args.isSet('reopen'),
  };
}

/** `renew`, `heartbeat`, `release`, `complete`. */
export function change(
  call: Call,
  kind: 'renew' | 'heartbeat' | 'release' | 'complete',
  task: string | undefined,
): number | Promise<number> {
  const claim = openClaimCall(call, task);
  const about = referenceOf(call, claim.taskId);
  const ttl_s = kind === 'renew' ? ttlOf(call, claim.context) : undefined;
  if (kind !== 'renew' && call.args.isSet('ttl'))
    throw new Failure('usage', `--ttl goes with acquire and renew, not with ${kind}`);
  const request = { kind, about, reason: reasonOf(call), ...(ttl_s !== undefined && { ttl_s }) };
  return printAnswer(claim, request, kind === 'complete' ? 'is completed' : 'is released');
}

/** `evict --reason`: takes a lease that has ended, or with `--force` one in force, from whoever holds it. */
export function evict(call: Call, task: string | undefined): number | Promise<number> {
  const reason = reasonOf(call);
  if (reason === null) throw new Failure('usage', 'evict needs a --reason: it is kept in the history');
  const claim = openClaimCall(call, task);
  return printAnswer(claim, { kind: 'evict', reason, isForced: call.args.isSet('force') }, 'is free');
}

function printAnswer(claim: ClaimCall, request: Request, ending: string): number | Promise<number> {
  return once(ask(claim, request), answer => {
    const { call, taskId } = claim;
    if (isRefusal(answer)) return printRefusal(call, taskId, answer);
    if (answer.warning !== undefined) call.warn(answer.warning);
    const { lease } = answer;
    printGranted(call, lease ? leaseSentence(lease) : `${taskId} ${ending}`, lease ?? lastOp(answer));
    return EXIT.done;
  });
}

const lastOp = ({ ops }: Granted): object => ops.at(-1)!;

/** One request, with the identity of the call. */
export function ask(
  { workspace, taskId, owner, options }: ClaimCall,
  request: Request,
): Answer | Promise<Answer> {
  return changeClaim(workspace, { taskId, owner }, request, options);
}

const LONGEST_REASON_BYTES = 1000;

function reasonOf({ args }: Call): string | null {
  const reason = args.value('reason')?.trim() || null;
  if (reason !== null && Buffer.byteLength(reason) > LONGEST_REASON_BYTES) {
    throw new Failure('data', `--reason is longer than ${LONGEST_REASON_BYTES} bytes`);
  }
  return reason;
}
