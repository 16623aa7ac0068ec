/** The verbs of `ledger-claim` that change a claim. */
import type { Request } from '../../claims/decide.js';
import { isRefusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import { type Granted, requestClaim } from '../../journal/claim.js';
import { uuidV7 } from '../../record/ids.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { leaseSentence, printGranted, printRefusal } from './answer.js';
import { type ClaimCall, openClaimCall, referenceOf, secondsIn, ttlOf } from './subject.js';

type Answer = ReturnType<typeof requestClaim>;

const PAUSE_MS = 250;

/** `acquire`: with `--wait` it asks again until the task is free or the time is over. */
export function acquire(call: Call, task: string | undefined): number | Promise<number> {
  const claim = openClaimCall(call, task);
  const answer = acquireFor(claim);
  return answer instanceof Promise
    ? answer.then(settled => printAcquired(claim, settled))
    : printAcquired(claim, answer);
}

function printAcquired({ call, taskId }: ClaimCall, answer: Answer): number {
  if (isRefusal(answer)) return printRefusal(call, taskId, answer);
  printGranted(call, leaseSentence(answer.lease!), answer.lease!);
  return EXIT.done;
}

/** @returns the lease, or the refusal that stood when `--wait` was over; at once where there is nothing to wait for */
export function acquireFor(claim: ClaimCall): Answer | Promise<Answer> {
  const { call, workspace } = claim;
  const wait = call.args.value('wait');
  const endMs = workspace.clock.nowMs() + (wait === undefined ? 0 : secondsIn(wait, '--wait') * 1000);
  const request = acquireRequest(claim);
  const answer = ask(claim, request);
  return isHeld(answer) && wait !== undefined ? askUntil(endMs, claim, request) : answer;
}

async function askUntil(endMs: number, claim: ClaimCall, request: Request): Promise<Answer> {
  for (;;) {
    const restMs = endMs - claim.workspace.clock.nowMs();
    const pauseMs = Math.min(PAUSE_MS * (0.8 + Math.random() * 0.4), restMs);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
    const answer = ask(claim, request);
    if (!isHeld(answer) || restMs <= pauseMs) return answer;
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
): number {
  const claim = openClaimCall(call, task);
  const about = referenceOf(call, claim.taskId);
  const ttl_s = kind === 'renew' ? ttlOf(call, claim.context) : undefined;
  if (kind !== 'renew' && call.args.isSet('ttl'))
    throw new Failure('usage', `--ttl goes with acquire and renew, not with ${kind}`);
  const request = { kind, about, reason: reasonOf(call), ...(ttl_s !== undefined && { ttl_s }) };
  return printAnswer(claim, request, kind === 'complete' ? 'is completed' : 'is released');
}

/** `evict --reason`: takes a lease that has ended, or with `--force` one in force, from whoever holds it. */
export function evict(call: Call, task: string | undefined): number {
  const reason = reasonOf(call);
  if (reason === null) throw new Failure('usage', 'evict needs a --reason: it is kept in the history');
  const claim = openClaimCall(call, task);
  return printAnswer(claim, { kind: 'evict', reason, isForced: call.args.isSet('force') }, 'is free');
}

function printAnswer(claim: ClaimCall, request: Request, ending: string): number {
  const { call, taskId } = claim;
  const answer = ask(claim, request);
  if (isRefusal(answer)) return printRefusal(call, taskId, answer);
  if (answer.warning !== undefined) call.warn(answer.warning);
  const { lease } = answer;
  printGranted(call, lease ? leaseSentence(lease) : `${taskId} ${ending}`, lease ?? lastOp(answer));
  return EXIT.done;
}

const lastOp = ({ ops }: Granted): object => ops.at(-1)!;

/** One request, with the identity of the call. */
export function ask({ workspace, taskId, owner, options }: ClaimCall, request: Request): Answer {
  return requestClaim(workspace, { taskId, owner }, request, options);
}

const LONGEST_REASON_BYTES = 1000;

function reasonOf({ args }: Call): string | null {
  const reason = args.value('reason')?.trim() || null;
  if (reason !== null && Buffer.byteLength(reason) > LONGEST_REASON_BYTES) {
    throw new Failure('data', `--reason is longer than ${LONGEST_REASON_BYTES} bytes`);
  }
  return reason;
}
