/**
 * The claims of this root: the log and its views, under the claims lock.
 *
 * Ops go to the log first and are synced; then the views follow. A process that dies in between leaves the
 * views behind: the next one to take the lock applies what they lack. The index is written last, by `saveViews`,
 * once everything that must follow an op has been done; ops it does not know yet are handed to the next holder
 * of the lock as `caughtUp`, so that it does again whatever may be missing.
 */
import { closeSync } from 'node:fs';
import { parseTimestamp } from '../clock.js';
import { type AppendFile, closeFile, openForAppend } from '../disk/append.js';
import { withLock } from '../disk/lock.js';
import { healTail } from '../disk/tail.js';
import { join } from '../path.js';
import { uuidV7 } from '../record/ids.js';
import { redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import type { Place, Workspace } from '../root/workspace.js';
import { knownWriter } from '../root/writer.js';
import { applyOps, catchUp, claimIn, emptyIndex, goOnBehind } from './catch-up.js';
import { type ClaimsIndex, readIndex, writeIndex } from './claims-index.js';
import { type Finished, lookUpFinished, makeFinished, noteFinished } from './finished.js';
import { type ClaimOp, type Op, type TaskClaim, UNCLAIMED } from './fold.js';
import type { Lease } from './lease.js';
import { appendOps, emptyLog, isClaimOp, logPath, opAt, openLog, opsAfter } from './log.js';

type Warn = (message: string) => void;

/** Proof that this process holds the claims lock; the views are those of the whole log. */
export interface OpenClaims {
  readonly workspace: Workspace;
  readonly file: AppendFile;
  readonly index: ClaimsIndex;
  /** Ops that the stored index did not know. */
  readonly caughtUp: ClaimOp[];
}

/** Runs `action` while no other process changes the claims. @throws Failure `contention`, `disk` */
export function withClaims<T>(workspace: Workspace, warn: Warn, action: (claims: OpenClaims) => T): T {
  const { clock, lockTimeoutMs: timeoutMs, control } = workspace;
  const options = { clock, timeoutMs, guards: 'the claims' };
  return withLock(join(control, 'claims.lock'), options, () => {
    const file = openForAppend(logPath(workspace));
    try {
      const healed = healTail(file, { id: uuidV7(clock.nowMs()), isWhole: isClaimOp });
      if (healed !== undefined) warn(healed);
      return action(openClaims(workspace, file, warn));
    } finally {
      closeFile(file);
    }
  });
}

function openClaims(workspace: Workspace, file: AppendFile, warn: Warn): OpenClaims {
  const { index, ops } = catchUp(readIndex(workspace), file, workspace.writer, warn);
  const since = workspace.clock.nowMs() - RETOLD_MS;
  const caughtUp = ops.slice(-MOST_RETOLD).flatMap(({ op }) => (parseTimestamp(op.ts)! > since ? [op] : []));
  const claims = { workspace, file, index, caughtUp };
  note(claims, applyOps(index.leases, ops));
  return claims;
}

/** Older ops are known to be told, whatever became of the index. */
const RETOLD_MS = 86_400_000;
const MOST_RETOLD = 64;

/** Notes tasks that ended with ops of the log. */
function note(claims: OpenClaims, finished: Finished[]): void {
  if (!noteFinished(claims.workspace, finished)) remakeFinished(claims);
}

function remakeFinished({ workspace, file }: OpenClaims): void {
  const ops = [...opsAfter(file, emptyLog(workspace.writer), () => undefined)];
  makeFinished(workspace, applyOps(new Map(), ops));
}

/** The claim of a task. Its epoch is at least any that the log may have lost. */
export function claimOf(claims: OpenClaims, taskId: string): TaskClaim {
  const { leases, head } = claims.index;
  const claim = claimIn(leases, taskId) ?? finishedIn(claims, taskId);
  return claim.epoch < head.floor ? { ...claim, epoch: head.floor } : claim;
}

function finishedIn(claims: OpenClaims, taskId: string): TaskClaim {
  if (claims.file.size === 0 && claims.index.head.seq === 0) return UNCLAIMED;
  let found = lookUpFinished(claims.workspace, taskId);
  if (found === 'unknown' || (found && !isInLog(claims, taskId, found))) {
    remakeFinished(claims);
    found = lookUpFinished(claims.workspace, taskId);
  }
  return found && found !== 'unknown' ? { ...found, lease: undefined } : UNCLAIMED;
}

/** Whether the log says what was noted of a task; of a log that has lost lines it need not. */
function isInLog(
  { file, index }: OpenClaims,
  taskId: string,
  { epoch, offset }: Omit<Finished, 'task_id'>,
): boolean {
  if (index.head.floor > 0) return true;
  const op = opAt(file, offset);
  return op?.task_id === taskId && op.epoch === epoch;
}

/** Appends ops to the log, their reasons without secrets, and folds them in. What is returned is on disk. */
export function append(claims: OpenClaims, ops: Op[], rules = BUILT_IN): ClaimOp[] {
  const clean = ops.map(op => (op.reason ? { ...op, reason: redactText(op.reason, rules).text } : op));
  const logged = appendOps(claims.file, claims.index.head, clean);
  note(claims, applyOps(claims.index.leases, logged));
  return logged.map(({ op }) => op);
}

/** Stores the index: nothing that follows from an op in it will be done again. */
export function saveViews({ workspace, index }: OpenClaims): void {
  writeIndex(workspace, index);
}

/** Makes all views from the log again. @returns how many ops it holds */
export function rebuildViews(claims: OpenClaims, warn: Warn): number {
  const { head, leases } = emptyIndex(claims.workspace.writer);
  const ops = [...opsAfter(claims.file, head, warn)];
  makeFinished(claims.workspace, applyOps(leases, ops));
  Object.assign(claims.index, { head: goOnBehind(claims.index, head), leases });
  return ops.length;
}

/** The leases as they are, for a reader: takes no lock and writes nothing. */
export function readLeases(place: Place, warn: Warn): Map<string, Lease> {
  return readAll(place, warn).leases;
}

/** The claim of a task, for a reader. */
export function readClaim(place: Place, taskId: string, warn: Warn): TaskClaim {
  const { leases, ended } = readAll(place, warn);
  const known = claimIn(leases, taskId) ?? ended.get(taskId);
  if (known) return known;
  const found = lookUpFinished(place, taskId);
  if (found === 'unknown') return readAll(place, () => undefined, true).ended.get(taskId) ?? UNCLAIMED;
  return found ? { ...found, lease: undefined } : UNCLAIMED;
}

/** The stored index and, on top of it, what the log has beyond it; `isAnew`: all of it from the log. */
function readAll(
  place: Place,
  warn: Warn,
  isAnew = false,
): { leases: Map<string, Lease>; ended: Map<string, TaskClaim> } {
  const file = openLog(place) ?? { fd: undefined, path: logPath(place) };
  try {
    const stored = isAnew ? undefined : readIndex(place);
    const { index, ops } = catchUp(stored, file, knownWriter(place.control) ?? '', warn);
    const ended = applyOps(index.leases, ops).map(({ task_id, epoch, isCompleted }) => {
      return [task_id, { epoch, isCompleted, lease: undefined }] as const;
    });
    return { leases: index.leases, ended: new Map(ended) };
  } finally {
    if (file.fd !== undefined) closeSync(file.fd);
  }
}
