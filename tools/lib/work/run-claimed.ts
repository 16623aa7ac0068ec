/**
 * A command that runs only while its task is claimed. The lease is prolonged at a third of its term; the
 * moment it is lost the command is stopped (TERM, then KILL), because somebody else may be at work already.
 * At the end the task is completed, or released when the command failed.
 */
import type { Request } from '../claims/decide.js';
import type { Lease } from '../claims/lease.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { Failure } from '../failure.js';
import type { Outcome, RunningCommand } from '../process/command.js';

export interface ClaimedRun {
  lease: Lease;
  start(): RunningCommand;
  /** Asks for a change of this lease. Throws what the disk or a lock throws. */
  request(request: Request): { lease: Lease | undefined } | Refusal;
  /** Success releases the task instead of completing it. */
  releases: boolean;
  warn(message: string): void;
}

export interface ClaimedOutcome extends Outcome {
  /** The lease was lost before the command ended. */
  isLost: boolean;
}

const GRACE_MS = 10_000;
const RETRY_MS = 1000;

/** @returns once the command has ended and the lease with it */
export async function runClaimed(run: ClaimedRun): Promise<ClaimedOutcome> {
  const about = { lease_id: run.lease.lease_id, epoch: run.lease.epoch };
  const command = run.start();
  let lost: Refusal | undefined;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    const answer = attempt(() => run.request({ kind: 'heartbeat', about, reason: null }), run.warn);
    if (answer && isRefusal(answer)) {
      lost = answer;
      run.warn(`${run.lease.task_id} ${answer.message}; stopping the command`);
      command.stop(GRACE_MS);
      return;
    }
    schedule(answer === undefined ? undefined : answer.lease);
  };
  const schedule = (lease: Lease | undefined): void => {
    if (lease?.ttl_s === 0) return;
    timer = setTimeout(beat, lease ? (lease.ttl_s * 1000) / 3 : RETRY_MS);
  };
  schedule(run.lease);
  const outcome = await command.outcome;
  clearTimeout(timer);
  if (lost) return { ...outcome, isLost: true };
  const kind = outcome.status === 0 && !run.releases ? 'complete' : 'release';
  const end = run.request({
    kind,
    about,
    reason: kind === 'release' ? `exit status ${outcome.status}` : null,
  });
  if (!isRefusal(end)) return { ...outcome, isLost: false };
  run.warn(`${run.lease.task_id} ${end.message}`);
  return { ...outcome, isLost: true };
}

/** A full disk or a busy lock is no reason to stop the command while the lease lasts: it is tried again. */
function attempt<T>(action: () => T, warn: (message: string) => void): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error.message);
    return undefined;
  }
}
