/** Which linked worktrees there still are, by git's own records. */
import { existsSync } from 'node:fs';
import { listDirectory } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { join } from '../path.js';
import { type Place, shortWorktree } from './workspace.js';

/** Whether a worktree, by its short id, was removed: git has forgotten it, or its directory is not there. */
export function isWorktreeGone({ commonDirectory }: Place, worktree: string): boolean {
  if (worktree === 'main' || commonDirectory === undefined) return false;
  const records = join(commonDirectory, 'worktrees');
  const name = listDirectory(records).find(entry => shortWorktree(entry) === worktree);
  if (name === undefined) return true;
  const pointer = readText(join(records, name, 'gitdir'))?.trim();
  return pointer === undefined || !existsSync(pointer);
}
