/**
 * Leases that nobody will miss: those of this writer whose worktree is gone, and those of others that have ended or have not changed for
 * too long. Each is evicted by the rules, on a tip, by whoever exchanges with the branch next.
 */
import { isOver } from './circumstances.js';
import type { ClaimsPorts, LocalState, Wish } from './ports.js';

/** Who evicts them. */
const ACTOR = 'ledger-sync';

export function sweepWishes(
  { foreign, newId }: Pick<ClaimsPorts, 'foreign' | 'newId'>,
  state: LocalState,
  staleAfterMs: number | undefined,
): Wish[] {
  const { writer } = state.now;
  const gone = state.leases.filter(({ worktree }) => state.isWorktreeGone(worktree));
  const over = foreign.all().filter(other => isOver(other, state, staleAfterMs));
  const wish = (taskId: string, reason: string): Wish => ({
    ...{ id: newId(), taskId },
    owner: { agent: ACTOR, writer, worktree: 'main' },
    request: { kind: 'evict', reason, isForced: false },
  });
  return [
    ...gone.map(({ task_id, worktree }) => wish(task_id, `its worktree ${worktree} is gone`)),
    ...over.map(({ lease }) => wish(lease.task_id, 'it had ended')),
  ];
}
