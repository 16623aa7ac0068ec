/**
 * Going on with a run that was interrupted, or failed. Each result is held against its receipt, and a step whose
 * receipt does not prove it is done again. What changed in the tree since the last snapshot of the run is told.
 * The entries of the moment of a crash are told to the ledgers again, where they may be missing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { Failure } from '../failure.js';
import { claimTask, endClaim, type RunClaim } from './claim.js';
import { driveRun, type Ending } from './drive.js';
import { advance, type DrivenRun, type Driver } from './driven.js';
import type { RedoNews } from './entry.js';
import type { RunFold } from './move.js';
import { type OpenRun, withRun } from './open.js';
import { FILES } from './places.js';
import { receiptProblem } from './receipt.js';
import { type Drift, driftBetween } from './snapshot/drift.js';
import { nameOf, tellAgain } from './tell.js';
import { snapshotTree } from './tree.js';
import { writeState } from './view.js';

export interface Resuming {
  claim: RunClaim;
  named: string;
  /** A tree that changed since the last snapshot stops the run. */
  isStrict: boolean;
}

/**
 * @returns how it ended, or who holds its task
 * @throws Failure `finished` when it has ended, `no` when the tree changed and that is not wanted
 */
export function resumeRun(
  given: Resuming,
  driver: Driver,
): Promise<{ run: string; ending: Ending } | Refusal> {
  const { claim, named } = given;
  return withRun(claim.workspace, named, driver.warn, async open => {
    const { run, directory } = open;
    tellAgain(claim, open, driver.warn);
    if (run.status === 'completed' || run.status === 'aborted') {
      writeState(directory, run);
      await settle(claim, run);
      throw new Failure('finished', `${run.started.run} is ${run.status} already`);
    }
    const { snapshot_id, drift } = lookAtTree(open, given, driver.warn);
    const lease = await claimTask(claim, run.started.run, false);
    if (isRefusal(lease)) return lease;
    try {
      const driven: DrivenRun = { ...driver, ...open, claim, lease, pending: [], untold: [] };
      const { lease_id, epoch } = lease;
      const redo = unproven(directory, run);
      for (const { reason, ...at } of redo) driver.warn(`${nameOf(at)} is done again: ${reason}`);
      const changed_files = drift?.count ?? null;
      advance(driven, [{ op: 'resumed', snapshot_id, changed_files, lease_id, epoch }, ...redo]);
      return { run: run.started.run, ending: await driveRun(driven) };
    } catch (error) {
      if (error instanceof Failure)
        await endClaim(claim, 'release', lease, `${run.started.run} stopped: ${error.kind}`);
      throw error;
    }
  });
}

/** The claim of a run that ended, should its process have died before it could end that too. */
function settle(claim: RunClaim, { status, leaseId, epoch, started }: RunFold): Promise<void> {
  const kind = status === 'completed' ? 'complete' : 'release';
  return endClaim(claim, kind, { lease_id: leaseId, epoch }, `${started.run} is ${status}`);
}

function lookAtTree(
  { run, directory }: OpenRun,
  { claim, isStrict }: Resuming,
  warn: Driver['warn'],
): { snapshot_id: string; drift: Drift | undefined } {
  const { workspace } = claim;
  const top = run.started.directory;
  if (!existsSync(top)) {
    throw new Failure(
      'missing',
      `the directory ${top}, where ${run.started.run} works, is gone; put it back, or begin a new run`,
    );
  }
  const snapshot_id = snapshotTree(workspace, { directory, top }, { clock: workspace.clock, warn });
  if (snapshot_id === run.snapshotId) return { snapshot_id, drift: { count: 0, examples: [] } };
  const drift = driftBetween(join(directory, FILES.snapshots), run.snapshotId, snapshot_id);
  const what = drift ? `${drift.count} files (${drift.examples.join(', ')})` : 'files';
  const message = `${what} changed in ${top} since the last snapshot of ${run.started.run}`;
  if (isStrict) throw new Failure('no', `${message}; resume without --strict-snapshot to go on all the same`);
  warn(message);
  return { snapshot_id, drift };
}

/** The results that no receipt proves. */
function unproven(directory: string, run: RunFold): RedoNews[] {
  const found: RedoNews[] = [];
  for (const { results } of run.steps) {
    for (const result of results.values()) {
      const reason = receiptProblem(directory, result);
      if (reason === undefined) continue;
      found.push({ op: 'redo', step: result.step, iteration: result.iteration, reason });
    }
  }
  return found;
}
