/**
 * Driving a run: what is next is always asked of the log.
 *
 * For each step: is the lease in force? Then the intent goes to the log, synced; the agent works; the result goes to
 * the log, synced; then the receipt is made. Each entry is told to the ledgers before the next one is written, but
 * for the last result, which is told together with the end that follows from it. A process that dies anywhere leaves a log from which another one goes on: what has a proven result is not done
 * again, everything else is, under the same key.
 */
import { keepLease } from '../claims/keep-lease.js';
import { ask, endClaim, isInForce } from './claim.js';
import { advance, type DrivenRun } from './driven.js';
import { nextMove } from './move.js';
import { performStep } from './step.js';

/** `interrupted`: it can be resumed. */
export type Ending = 'completed' | 'failed' | 'lost' | 'interrupted';

/** Goes on with the run until it ends or has to stop. */
export async function driveRun(driven: DrivenRun): Promise<Ending> {
  const { claim, lease, stop, warn } = driven;
  const halt = new AbortController();
  const onStop = (): void => halt.abort();
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  const keeper = keepLease({
    ...{ lease, warn },
    request: request => ask(claim, request),
    onLost: refusal => {
      warn(`${lease.task_id} ${refusal.message}; stopping`);
      halt.abort();
    },
  });
  try {
    const ending = await takeSteps(driven, halt.signal);
    if (ending === 'interrupted' && keeper.lost()) return 'lost';
    await finish(driven, ending);
    return ending;
  } finally {
    keeper.stop();
    stop.removeEventListener('abort', onStop);
  }
}

async function takeSteps(driven: DrivenRun, halt: AbortSignal): Promise<Ending> {
  for (;;) {
    const move = nextMove(driven.run);
    if (move.kind === 'complete') {
      advance(driven, [{ op: 'completed' }]);
      return 'completed';
    }
    if (move.kind === 'fail') {
      advance(driven, [{ op: 'failed', reason: move.reason }]);
      return 'failed';
    }
    if (halt.aborted) return 'interrupted';
    if (!isInForce(driven.claim, driven.lease)) return 'lost';
    await performStep(driven, move, halt);
  }
}

async function finish({ claim, lease, run }: DrivenRun, ending: Ending): Promise<void> {
  if (ending === 'completed') await endClaim(claim, 'complete', lease, null);
  else if (ending !== 'lost') {
    const how = ending === 'failed' ? 'failed' : 'was interrupted';
    await endClaim(claim, 'release', lease, `${run.started.run} ${how}`);
  }
}
