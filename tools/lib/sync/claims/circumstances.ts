/** What the lease rules are told about a claim, from the local claims and what was seen of other writers' leases. */
import type { Circumstances, Owner } from '../../claims/decide.js';
import { hasEnded, type Lease, type Observation, unchangedMs } from '../../claims/lease.js';
import type { LocalState } from './ports.js';

export interface Seen {
  lease: Lease | undefined;
  seen: Observation | undefined;
}

/**
 * @param endless who holds leases without an end
 * @param staleAfterMs another writer's lease that has not changed for so long is stale; undefined: only its own term counts
 */
export function circumstancesOf(
  { now, limits, isWorktreeGone }: LocalState,
  owner: Owner,
  { lease, seen }: Seen,
  { endless, staleAfterMs }: { endless: Pick<Lease, 'agent'>[]; staleAfterMs: number | undefined },
): Circumstances {
  const isOurs = lease?.writer === now.writer;
  const isTimedOut =
    lease !== undefined &&
    !isOurs &&
    staleAfterMs !== undefined &&
    unchangedMs(lease, now, seen) >= staleAfterMs;
  return {
    ...{ owner, now, limits },
    seen: isOurs ? undefined : seen,
    isStale: isTimedOut || (isOurs && isWorktreeGone(lease.worktree)),
    whyStale: isTimedOut ? 'it had not changed for too long' : undefined,
    indefinite: {
      byAgent: endless.filter(({ agent }) => agent === owner.agent).length,
      inAll: endless.length,
    },
  };
}

/** Whether a lease is over for this observer. */
export function isOver(
  { lease, seen }: Seen,
  { now }: LocalState,
  staleAfterMs: number | undefined,
): boolean {
  if (!lease) return true;
  if (hasEnded(lease, now, seen)) return true;
  return staleAfterMs !== undefined && unchangedMs(lease, now, seen) >= staleAfterMs;
}
