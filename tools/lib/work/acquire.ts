/** Claiming a task for an attempt. */
import type { Request } from '../claims/decide.js';
import type { Lease } from '../claims/lease.js';
import { isRefusal, type Refusal, refuse } from '../claims/refusal.js';
import { Failure } from '../failure.js';

/** A network that is away, or a branch that others keep moving, is no answer yet. */
const PASSING = ['offline', 'contention'];

/**
 * @param request asks for a change of the task's claim
 * @returns a refusal `offline` when nobody can tell now who has it
 */
export async function acquireTask(
  term: Omit<Extract<Request, { kind: 'acquire' }>, 'kind'>,
  request: (request: Request) => Promise<{ lease: Lease | undefined } | Refusal>,
): Promise<Lease | Refusal> {
  try {
    const answer = await request({ kind: 'acquire', ...term });
    return isRefusal(answer) ? answer : answer.lease!;
  } catch (error) {
    if (!(error instanceof Failure) || !PASSING.includes(error.kind)) throw error;
    return refuse('offline', null, error.message);
  }
}
