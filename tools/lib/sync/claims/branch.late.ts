/** Claims with a branch: a part of the program that a claim which stays on this machine does not load. */
import type { Request } from '../../claims/decide.js';
import type { Refusal } from '../../claims/refusal.js';
import type { Granted } from '../../journal/claim.js';
import type { Workspace } from '../../root/workspace.js';
import { type BranchOptions, exchangeWithBranch, lookAtBranch, openCaller } from './open.js';
import { requestOnBranch, type Subject } from './request.js';

/** @throws Failure `contention`, `disk`, `offline`, `rewound`, `setup` */
export function askBranch(
  workspace: Workspace,
  subject: Subject,
  request: Request,
  options: BranchOptions,
): Promise<Granted | Refusal> {
  const { session } = options;
  return requestOnBranch(openCaller(workspace, options), { ...subject, session }, request);
}

/**
 * Sends what is ours and takes over what others changed.
 * @returns what there is to say: claims that were lost to other machines
 * @throws Failure `contention`, `offline`, `rewound`, `setup`
 */
export function exchangeFiles(workspace: Workspace, options: BranchOptions): Promise<string[]> {
  return exchangeWithBranch(workspace, options);
}

/** Takes over what the branch says now. @throws Failure `offline`, `rewound`, `setup` */
export function lookAtClaims(workspace: Workspace, options: BranchOptions): Promise<void> {
  return lookAtBranch(workspace, options);
}
