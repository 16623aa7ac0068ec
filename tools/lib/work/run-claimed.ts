/**
 * A command that runs only while its task is claimed. The lease is prolonged at a third of its term; the
 * moment it is lost the command is stopped (TERM, then KILL), because somebody else may be at work already.
 * At the end the task is completed or released.
 */
import type { Request } from '../claims/decide.js';
import { keepLease } from '../claims/keep-lease.js';
import type { Lease } from '../claims/lease.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import type { Outcome, RunningCommand } from '../process/command.js';

export interface ClaimedRun {
  lease: Lease;
  start(): RunningCommand;
  /** Asks for a change of this lease. Throws what the disk or a lock throws. */
  request(request: Request): Promise<{ lease: Lease | undefined } | Refusal>;
  /** What is to become of the lease, once the command has ended and the lease was not lost. */
  settle(outcome: Outcome): Settlement;
  warn(message: string): void;
}

export type Settlement = { kind: 'complete'; reason: null } | { kind: 'release'; reason: string };

export interface ClaimedOutcome extends Outcome {
  /** The lease was lost before the command ended. */
  isLost: boolean;
}

const GRACE_MS = 10_000;

/** @returns once the command has ended and the lease with it */
export async function runClaimed(run: ClaimedRun): Promise<ClaimedOutcome> {
  const about = { lease_id: run.lease.lease_id, epoch: run.lease.epoch };
  const command = run.start();
  const keeper = keepLease({
    ...run,
    onLost: refusal => {
      run.warn(`${run.lease.task_id} ${refusal.message}; stopping the command`);
      command.stop(GRACE_MS);
    },
  });
  const outcome = await command.outcome;
  keeper.stop();
  if (keeper.lost()) return { ...outcome, isLost: true };
  const end = await run.request({ ...run.settle(outcome), about });
  if (!isRefusal(end)) return { ...outcome, isLost: false };
  run.warn(`${run.lease.task_id} ${end.message}`);
  return { ...outcome, isLost: true };
}
