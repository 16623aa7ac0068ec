/** Why a request was refused, for programs and for people. */
import type { Lease } from './lease.js';

export interface Refusal {
  refused: 'held' | 'lost' | 'finished' | 'unknown' | 'limit' | 'offline';
  /** Who holds the task instead. */
  holder: Lease | null;
  retry_after_s: number | null;
  /** One phrase that follows the task's name. */
  message: string;
}

export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer;
}

export function refuse(refused: Refusal['refused'], holder: Lease | null, message: string): Refusal {
  return { refused, holder, retry_after_s: null, message };
}

/** Somebody holds the task, for another `restMs`; null: without an end. */
export function held(lease: Lease, restMs: number | null): Refusal {
  const retry_after_s = restMs === null ? null : Math.max(1, Math.ceil(restMs / 1000));
  return { ...refuse('held', lease, describeHolder(lease)), retry_after_s };
}

/** The asker's lease is not the present one. */
export function lost(lease: Lease, restMs: number | null): Refusal {
  return { ...held(lease, restMs), refused: 'lost', message: `is not yours: it ${describeHolder(lease)}` };
}

/**
 * `is held by andy (mbp-3f2a91c0, main) since … until …`.
 * @param why follows where there is no end
 */
export function describeHolder(lease: Lease, why = ` (${lease.reason})`): string {
  const end = lease.expires_at === null ? `without an end${why}` : `until ${lease.expires_at}`;
  return `is held by ${lease.agent} (${lease.writer}, ${lease.worktree}) since ${lease.acquired_at} ${end}`;
}
