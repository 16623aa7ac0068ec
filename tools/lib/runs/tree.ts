/** The tree that the steps of a run work in, and its snapshots. */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { gitPlaceAbove } from '../root/find.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import { FILES, runsDirectory } from './places.js';
import { takeSnapshot } from './snapshot/take.js';

/**
 * Where the steps of a run work: the worktree of the root's repository that one is in, so that linked worktrees
 * have their own; elsewhere the root.
 */
export function workingTree({ root, commonDirectory }: Place, cwd: string): string {
  const here = gitPlaceAbove(cwd);
  return here !== undefined && here.commonDirectory === commonDirectory ? here.top : root;
}

/** @returns the id of the snapshot; its manifest is in the run's directory */
export function snapshotTree(
  place: Place,
  { directory, top }: { directory: string; top: string },
  { clock, warn }: { clock: Clock; warn(message: string): void },
): string {
  const caches = join(runsDirectory(place), 'stat-cache');
  makePrivate(caches);
  const cache = join(caches, sha256Hex(top).slice(0, 16));
  // Beside another run in the same tree there is no cache; all else stays the same.
  const lock = holdLock(`${cache}.lock`);
  try {
    return takeSnapshot({
      tree: { top, isRepository: gitPlaceAbove(top)?.top === top },
      directory: join(directory, FILES.snapshots),
      cache: lock && cache,
      ...{ clock, warn },
    });
  } finally {
    lock?.release();
  }
}
