/**
 * Beginning a run: the task is claimed, the tree is recorded, the plan is written down, and only then the first step
 * begins. A task that has a run which is not finished gets no second one: its work would be done twice.
 */
import { join } from 'node:path';
import type { Lease } from '../claims/lease.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { timestampNow } from '../clock.js';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { syncDirectory } from '../disk/sync.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import { claimTask, endClaim, type RunClaim } from './claim.js';
import { driveRun, type Ending } from './drive.js';
import type { DrivenRun, Driver } from './driven.js';
import type { StartedNews } from './entry.js';
import { foldRun } from './fold.js';
import { digest } from './key.js';
import { closeRunLog, openRunLog, readEntries } from './log.js';
import { FILES, newRunId, runDirectory, runsDirectory } from './places.js';
import type { Plan } from './plan.js';
import { snapshotTree } from './tree.js';

export interface NewRun {
  plan: Plan;
  claim: RunClaim;
  /** Where its steps work. */
  top: string;
  /** Takes a task that is completed. */
  reopens: boolean;
}

/** @returns how it ended, or who holds its task. @throws Failure `no` when the task has an unfinished run */
export async function startRun(
  given: NewRun,
  driver: Driver,
): Promise<{ run: string; ending: Ending } | Refusal> {
  const { claim, reopens } = given;
  const { workspace, taskId } = claim;
  assertNoOther(workspace, taskId, driver.warn);
  const run = newRunId(timestampNow(workspace.clock));
  const lease = await claimTask(claim, run, reopens);
  if (isRefusal(lease)) return lease;
  try {
    const directory = runDirectory(workspace, run);
    makePrivate(directory);
    syncDirectory(runsDirectory(workspace));
    const lock = holdLock(join(directory, FILES.lock));
    const log = openRunLog(directory, workspace.clock, driver.warn);
    try {
      const started = begin(given, { run, directory, lease }, driver.warn);
      const entry = { schema_version: 1, seq: 1, ts: timestampNow(workspace.clock), ...started };
      const driven: DrivenRun = {
        ...{ ...driver, run: foldRun([entry])!, directory, log, claim, lease },
        ...{ pending: [started], untold: [] },
      };
      return { run, ending: await driveRun(driven) };
    } finally {
      closeRunLog(log);
      lock?.release();
    }
  } catch (error) {
    if (error instanceof Failure) await endClaim(claim, 'release', lease, `${run} stopped: ${error.kind}`);
    throw error;
  }
}

/** Records plan and tree; the log gets both with the first intent. */
function begin(
  { plan, claim, top }: NewRun,
  { run, directory, lease }: { run: string; directory: string; lease: Lease },
  warn: Driver['warn'],
): StartedNews {
  const { workspace, taskId, owner } = claim;
  const { clock } = workspace;
  const snapshot_id = snapshotTree(workspace, { directory, top }, { clock, warn });
  replaceFile(join(directory, FILES.plan), formatPlan(plan));
  notePointer(workspace, taskId, run);
  return {
    ...{ op: 'started', run, task_id: taskId, owner: owner.agent, directory: top },
    ...{ plan: { ...plan }, plan_sha256: digest(plan), snapshot_id },
    ...{ lease_id: lease.lease_id, epoch: lease.epoch },
  };
}

export function formatPlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

function pointerPath(place: Place, taskId: string): string {
  return join(runsDirectory(place), 'tasks', sha256Hex(taskId).slice(0, 16));
}

/** A view: which run is the newest of a task. */
function notePointer(place: Place, taskId: string, run: string): void {
  makePrivate(join(runsDirectory(place), 'tasks'));
  replaceFile(pointerPath(place, taskId), run);
}

function assertNoOther(place: Place, taskId: string, warn: Driver['warn']): void {
  const run = readText(pointerPath(place, taskId))?.trim();
  if (run === undefined) return;
  const other = foldRun(readEntries(runDirectory(place, run), warn));
  if (other?.status !== 'running' || other.started.task_id !== taskId) return;
  throw new Failure(
    'no',
    `${run} of ${taskId} is not finished; go on with "ledger-run resume ${run}", or end it with "ledger-run abort ${run}"`,
  );
}
