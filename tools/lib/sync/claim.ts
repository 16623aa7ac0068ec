/**
 * The one way to change a claim. Without a ledger branch, or with `sync.auto_claim_push` off, the claims of this root decide; with
 * one, the branch does. What talks to git is loaded only then.
 */
import type { Owner, Request } from '../claims/decide.js';
import type { Refusal } from '../claims/refusal.js';
import { type Granted, requestClaim } from '../journal/claim.js';
import type { Place, Workspace } from '../root/workspace.js';
import { askBranch } from './claims/branch.late.js';
import type { BranchOptions } from './claims/open.js';
import { isSetUpHere } from './state.js';

export type { BranchOptions };

/** Whether claims of this root are made on the ledger branch. */
export function usesBranch(place: Place, { sync }: Pick<BranchOptions, 'sync'>): boolean {
  return sync.auto_claim_push && isSetUpHere(place);
}

/**
 * Asks for a change of a task's claim.
 * @param subject its task id is canonical
 * @returns at once where there is no branch: what was granted, on disk and, where there is a branch, on it, unless the lease says that it is provisional; or why not
 * @throws Failure `contention`, `disk`; with a branch also `offline` when nobody can tell whether it was granted, `rewound`, `setup`
 */
export function changeClaim(
  workspace: Workspace,
  subject: { taskId: string; owner: Owner },
  request: Request,
  options: BranchOptions,
): Granted | Refusal | Promise<Granted | Refusal> {
  const isLocal = !usesBranch(workspace, options);
  if (isLocal) return requestClaim(workspace, subject, request, options);
  return askBranch(workspace, subject, request, options);
}
