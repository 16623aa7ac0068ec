/**
 * Keeping a lease while work is done under it: it is prolonged at a third of its term. The moment it is lost,
 * whoever works is told, because somebody else may be at work already.
 */
import { Failure } from '../failure.js';
import type { Request } from './decide.js';
import type { Lease } from './lease.js';
import { isRefusal, type Refusal } from './refusal.js';

type Answer = { lease: Lease | undefined } | Refusal;

interface Keeping {
  lease: Lease;
  /** Asks for a change of this lease. Throws what the disk, a lock or the network throws. */
  request(request: Request): Answer | Promise<Answer>;
  /** Called once. */
  onLost(refusal: Refusal): void;
  warn(message: string): void;
}

interface Keeper {
  stop(): void;
  /** Why it is lost; undefined while it is not. */
  lost(): Refusal | undefined;
}

const RETRY_MS = 1000;

export function keepLease({ lease, request, onLost, warn }: Keeping): Keeper {
  const about = { lease_id: lease.lease_id, epoch: lease.epoch };
  let lost: Refusal | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const beat = async (): Promise<void> => {
    const answer = await attempt(async () => request({ kind: 'heartbeat', about, reason: null }), warn);
    if (isOver) return;
    if (answer && isRefusal(answer)) {
      lost = answer;
      onLost(answer);
      return;
    }
    schedule(answer === undefined ? undefined : answer.lease);
  };
  const schedule = (kept: Lease | undefined): void => {
    if (kept?.ttl_s === 0) return;
    timer = setTimeout(beat, kept ? (kept.ttl_s * 1000) / 3 : RETRY_MS);
  };
  schedule(lease);
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  return { stop, lost: () => lost };
}

/**
 * A full disk, a busy lock or a remote that cannot be reached is no reason to stop while the lease lasts: it is tried
 * again.
 */
async function attempt(
  action: () => Promise<Answer>,
  warn: (message: string) => void,
): Promise<Answer | undefined> {
  try {
    const answer = await action();
    if (!isRefusal(answer) || answer.refused !== 'offline') return answer;
    warn(answer.message);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error.message);
    return undefined;
  }
}
