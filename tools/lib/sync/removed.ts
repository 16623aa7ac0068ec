/** Files that their writers took off the branch, as they do with days that they archive. Copies here stay. */
import type { TreeChange } from '../git/tree.js';
import type { SyncContext } from './context.js';
import { parseBranchPath } from './paths.js';

export function tellOfRemoved({ workspace, warn }: SyncContext, changes: TreeChange[]): void {
  const removed = new Map<string, number>();
  for (const { path, kind } of changes) {
    const writer = parseBranchPath(path)?.writer;
    if (kind !== 'removed' || writer === undefined || writer === workspace.writer) continue;
    removed.set(writer, (removed.get(writer) ?? 0) + 1);
  }
  for (const [writer, count] of removed) {
    const files = `${count} file${count === 1 ? '' : 's'}`;
    warn(`${files} of ${writer} went from the branch; the copies here stay`);
  }
}
