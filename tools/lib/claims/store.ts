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
import { makePrivate } from '../disk/directory.js';
import { withLock } from '../disk/lock.js';
import { healTail } from '../disk/tail.js';
import { join } from '../path.js';
import { uuidV7 } from '../record/ids.js';
import { redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import type { Place, Workspace } from '../root/workspace.js';
import { knownWriter } from '../root/writer.js';
import { type ClaimsIndex, fitsLog, readIndex, writeIndex } from './claims-index.js';
import { lookUpFinished, noteFinished } from './finished.js';
import { applyOp, type ClaimOp, type Op, type TaskClaim, UNCLAIMED } from './fold.js';
import type { Lease } from './lease.js';
import { appendOps, emptyLog, isClaimOp, type LoggedOp, logPath, openLog, opsAfter } from './log.js';

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
  makePrivate(workspace.control);
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
  const stored = readIndex(workspace);
  const isUsable = stored !== undefined && fitsLog(stored, file);
  if (stored && file.size < stored.head.size) {
    warn(
      `${file.path} has lost ${stored.head.size - file.size} bytes at its end; check the claims with "ledger-claim list"`,
    );
  }
  const index = isUsable ? stored : emptyIndex(workspace.writer);
  const ops = index.head.size < file.size ? [...opsAfter(file, index.head, warn)] : [];
  fold(workspace, index, ops);
  const since = workspace.clock.nowMs() - RETOLD_MS;
  const caughtUp = ops.slice(-MOST_RETOLD).flatMap(({ op }) => (parseTimestamp(op.ts)! > since ? [op] : []));
  return { workspace, file, index, caughtUp };
}

/** Older ops are known to be told, whatever became of the index. */
const RETOLD_MS = 86_400_000;
const MOST_RETOLD = 64;

function emptyIndex(writer: string): ClaimsIndex {
  return { head: emptyLog(writer), leases: new Map(), finished: {} };
}

/** Brings leases and finished tasks up to date. */
function fold(place: Place, { leases, finished }: ClaimsIndex, ops: LoggedOp[]): void {
  const ended = new Map<string, { claim: TaskClaim; offset: number }>();
  for (const { op, offset } of ops) {
    const before = claimIn(leases, op.task_id) ?? ended.get(op.task_id)?.claim ?? UNCLAIMED;
    const claim = foldLease(leases, before, op);
    if (claim.lease) ended.delete(op.task_id);
    else if (claim !== before) ended.set(op.task_id, { claim, offset });
  }
  const records = [...ended].map(([task_id, { claim, offset }]) => ({ task_id, ...claim, offset }));
  noteFinished(place, records, finished);
}

function foldLease(leases: Map<string, Lease>, before: TaskClaim, op: ClaimOp): TaskClaim {
  const after = applyOp(before, op);
  if (after.lease) leases.set(op.task_id, after.lease);
  else leases.delete(op.task_id);
  return after;
}

function claimIn(leases: Map<string, Lease>, taskId: string): TaskClaim | undefined {
  const lease = leases.get(taskId);
  return lease && { epoch: lease.epoch, lease, isCompleted: false };
}

/** The claim of a task. */
export function claimOf(claims: OpenClaims, taskId: string, warn: Warn): TaskClaim {
  const held = claimIn(claims.index.leases, taskId);
  if (held) return held;
  const found = lookUpFinished(claims.workspace, taskId, claims.index.finished);
  if (found !== 'unknown') return found ? { ...found, lease: undefined } : UNCLAIMED;
  warn('the records of finished tasks are incomplete; they are made again from the claims log');
  rebuildViews(claims, warn);
  return claimOf(claims, taskId, warn);
}

/** Appends ops to the log, their reasons without secrets, and folds them in. What is returned is on disk. */
export function append(claims: OpenClaims, ops: Op[], rules = BUILT_IN): ClaimOp[] {
  const clean = ops.map(op => (op.reason ? { ...op, reason: redactText(op.reason, rules).text } : op));
  const logged = appendOps(claims.file, claims.index.head, clean);
  fold(claims.workspace, claims.index, logged);
  return logged.map(({ op }) => op);
}

/** Stores the index: nothing that follows from an op in it will be done again. */
export function saveViews({ workspace, index }: OpenClaims): void {
  writeIndex(workspace, index);
}

/** Makes all views from the log again. @returns how many ops it holds */
export function rebuildViews(claims: OpenClaims, warn: Warn): number {
  Object.assign(claims.index, emptyIndex(claims.workspace.writer));
  const ops = [...opsAfter(claims.file, claims.index.head, warn)];
  fold(claims.workspace, claims.index, ops);
  return ops.length;
}

/** The leases as they are, for a reader: takes no lock and writes nothing. */
export function readLeases(place: Place, warn: Warn): Map<string, Lease> {
  return readAll(place, warn).leases;
}

/** The claim of a task, for a reader. */
export function readClaim(place: Place, taskId: string, warn: Warn): TaskClaim {
  const { leases, finished, ended } = readAll(place, warn);
  const known = claimIn(leases, taskId) ?? ended.get(taskId);
  if (known) return known;
  const found = lookUpFinished(place, taskId, finished);
  return found && found !== 'unknown' ? { ...found, lease: undefined } : UNCLAIMED;
}

/** The stored index and, on top of it, what the log has beyond it. */
function readAll(place: Place, warn: Warn): ClaimsIndex & { ended: Map<string, TaskClaim> } {
  const stored = readIndex(place);
  const ended = new Map<string, TaskClaim>();
  const empty = emptyIndex(knownWriter(place.control) ?? '');
  const file = openLog(place);
  if (file === undefined) return { ...empty, ended };
  try {
    const index = stored !== undefined && fitsLog(stored, file) ? stored : empty;
    for (const { op } of opsAfter(file, index.head, warn)) {
      const before = claimIn(index.leases, op.task_id) ?? ended.get(op.task_id) ?? UNCLAIMED;
      ended.set(op.task_id, foldLease(index.leases, before, op));
    }
    return { ...index, ended };
  } finally {
    closeSync(file.fd);
  }
}
