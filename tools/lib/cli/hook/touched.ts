/** The files a command touched, as git sees them. */
import { join, relative } from 'node:path';
import { Failure } from '../../failure.js';
import { changedFiles, readTreeState, type TreeState } from '../../git/changed-files.js';
import type { GitCall } from '../../git/run-git.js';
import { gitPlaceAbove } from '../../root/find.js';
import type { Io } from '../command.js';

const PATIENCE_MS = 3000;
/** What the ledger writes itself. */
const OURS = /^(?:g\/ledger|agents|memory)\//;

export interface Watch {
  call: GitCall;
  before: TreeState;
}

/** Undefined outside a repository, and where git is missing or too slow: hooks and streams may still name files. */
export async function watchTree({
  cwd,
  environment,
}: Pick<Io, 'cwd' | 'environment'>): Promise<Watch | undefined> {
  const top = gitPlaceAbove(cwd)?.top;
  if (top === undefined) return undefined;
  const call = { cwd: top, environment, timeoutMs: PATIENCE_MS };
  const before = await unlessGitFails(() => readTreeState(call));
  return before && { call, before };
}

/** Absolute paths of what has changed since; without what lies in the ledger's own directories below `root`. */
export async function touchedSince({ call, before }: Watch, root: string): Promise<string[]> {
  const after = await unlessGitFails(() => readTreeState(call));
  const changed = after && (await unlessGitFails(() => changedFiles(before, after, call)));
  return (changed ?? []).map(path => join(call.cwd, path)).filter(path => !OURS.test(relative(root, path)));
}

async function unlessGitFails<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
