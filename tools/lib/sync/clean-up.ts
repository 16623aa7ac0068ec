/** Leaving the branch: our refs and our state go, no event does. What the remote has stays there, and so do the copies here. */
import { join } from 'node:path';
import { removeDirectory, removeFile } from '../disk/remove.js';
import { deleteRef, listRefs } from '../git/refs.js';
import { type SyncOptions, withBranch } from './open.js';
import { readState, syncDirectory } from './state.js';

export interface Leftovers {
  refs: string[];
  /** Provisional claims that nobody will settle any more. */
  offlineClaims: number;
}

/** @param isAgreed false: only tells what would go */
export function cleanUp(options: SyncOptions, isAgreed: boolean): Promise<Leftovers> {
  return withBranch(options, async ({ repository, refs }) => {
    const { workspace } = options;
    const ours = [...(await listRefs(repository, refs.all)).keys()];
    const state = readState(workspace);
    const offlineClaims = state === undefined || state === 'damaged' ? 0 : state.offline_claims.length;
    if (isAgreed) {
      for (const ref of ours) await deleteRef(repository, ref);
      removeDirectory(syncDirectory(workspace));
      removeFile(join(workspace.control, 'sync-state.json'));
    }
    return { refs: ours, offlineClaims };
  });
}
