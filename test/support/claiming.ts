/** Processes that claim, as steps of a test: each takes the lock, decides, appends, and may die before the index is written. */
import { join } from 'node:path';
import { decide, type Request } from '../../tools/lib/claims/decide.js';
import { momentNow } from '../../tools/lib/claims/moment.js';
import { isRefusal } from '../../tools/lib/claims/refusal.js';
import { append, claimOf, readClaim, saveViews, withClaims } from '../../tools/lib/claims/store.js';
import type { Workspace } from '../../tools/lib/root/workspace.js';
import { acquiring, around, ownerNamed } from './claims.js';

export const messages: string[] = [];
export const warn = (message: string): void => void messages.push(message);
export const release: Request = { kind: 'release', about: {}, reason: null };
export const complete: Request = { kind: 'complete', about: {}, reason: null };

/** What a process does; `dies` before the index is written. */
export function act(workspace: Workspace, taskId: string, request: Request, dies = false): void {
  const owner = ownerNamed('cls', 'main', workspace.writer);
  withClaims(workspace, warn, claims => {
    const circumstances = around(owner, momentNow(workspace.clock, workspace.writer));
    const decision = decide(taskId, claimOf(claims, taskId), request, circumstances);
    if (isRefusal(decision)) throw new Error(decision.message);
    append(claims, decision.ops);
    if (!dies) saveViews(claims);
  });
}

export const acquireOnce = (): Request => acquiring(600, { lease_id: crypto.randomUUID() });
export const epochOf = (workspace: Workspace, taskId: string): number =>
  readClaim(workspace, taskId, warn).epoch;
export const controlFile = (workspace: Workspace, name: string): string => join(workspace.control, name);

export function underLock<T>(
  workspace: Workspace,
  taskId: string,
  look: (claim: ReturnType<typeof claimOf>) => T,
): T {
  return withClaims(workspace, warn, claims => look(claimOf(claims, taskId)));
}

/** Each task acquired and given back `times` times. */
export function turns(workspace: Workspace, taskId: string, times: number): void {
  for (let turn = 0; turn < times; turn++) {
    act(workspace, taskId, acquireOnce());
    act(workspace, taskId, release);
  }
}
