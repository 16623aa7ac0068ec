/** What every part of an exchange with the branch is given. */
import type { Workspace } from '../root/workspace.js';

export interface SyncContext {
  workspace: Workspace;
  warn(message: string): void;
  /** What was taken over from others and what was not, counted as it happens. */
  tally: Tally;
}

export interface Tally {
  /** Events of ours that are on the branch now. */
  sent: number;
  /** Events of other writers that are here now. */
  received: number;
  /** Paths of the branch that were refused. */
  refused: string[];
  /** Leases of ours that other machines have now, as `T-1 to andy`. */
  lost: string[];
}
