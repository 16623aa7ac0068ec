/**
 * Keeping a lease while work is done under it: it is prolonged at a third of its term. The moment it is lost,
 * whoever works is told, because somebody else may be at work already.
 */
import { Failure } from '../failure.js';
import type { Request } from './decide.js';
import type { Lease } from './lease.js';
import { isRefusal, type Refusal } from './refusal.js';

interface Keeping {
  lease: Lease;
  /** Asks for a change of this lease. Throws what the disk or a lock throws. */
  request(request: Request): { lease: Lease | undefined } | Refusal;
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
  const beat = (): void => {
    const answer = attempt(() => request({ kind: 'heartbeat', about, reason: null }), warn);
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
  return { stop: () => clearTimeout(timer), lost: () => lost };
}

/** A full disk or a busy lock is no reason to stop while the lease lasts: it is tried again. */
function attempt<T>(action: () => T, warn: (message: string) => void): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error.message);
    return undefined;
  }
}
