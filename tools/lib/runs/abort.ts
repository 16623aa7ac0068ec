/** Ending a run for good: it cannot be resumed, and its task is free again. */
import { Failure } from '../failure.js';
import { endClaim, type RunClaim } from './claim.js';
import { applyEntry } from './fold.js';
import { appendEntries } from './log.js';
import { withRun } from './open.js';
import { tellAgain, tellEntries } from './tell.js';
import { writeState } from './view.js';

/** @throws Failure `finished` when it has ended, `contention` while a process drives it */
export function abortRun(
  claim: RunClaim,
  named: string,
  reason: string,
  warn: (message: string) => void,
): Promise<string> {
  return withRun(claim.workspace, named, warn, async ({ run, directory, log }) => {
    const { started, status, leaseId: lease_id, epoch } = run;
    if (status === 'completed' || status === 'aborted') {
      throw new Failure('finished', `${started.run} is ${status} already`);
    }
    tellAgain(claim, { directory, run }, warn);
    const entries = appendEntries(log, [{ op: 'aborted', reason }]);
    for (const entry of entries) applyEntry(run, entry);
    tellEntries(claim, run, entries);
    writeState(directory, run);
    await endClaim(claim, 'release', { lease_id, epoch }, `${started.run} was aborted`);
    return started.run;
  });
}
