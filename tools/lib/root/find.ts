/**
 * Where is the root? `--root`, `LEDGER_ROOT`, `LUKA_SOT`; else, walking up from the working directory: the
 * main worktree when inside a linked one (so that a removed worktree takes no history with it), the nearest
 * directory that holds `g/ledger`, the top of the repository. Git's files are read directly, because a git
 * process costs more than the whole write.
 */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { diskFailure, errnoOf, ifPresent, onDisk } from '../disk/errno.js';
import { readText } from '../disk/read.js';
import { Failure } from '../failure.js';
import { join } from '../path.js';

export interface GitPlace {
  /** The directory that holds `.git`. */
  top: string;
  /** Shared by all worktrees: where the control plane lives. */
  commonDirectory: string;
  /** The git directory of this worktree. */
  gitDirectory: string;
}

export interface Found {
  /** A real path. */
  root: string;
  git: GitPlace | undefined;
  /** `main`, or the name git gave the linked worktree that the working directory is in. */
  worktree: string;
}

export interface Where {
  cwd: string;
  /** The value of `--root`. */
  flag?: string | undefined;
  environment: Record<string, string | undefined>;
}

/** @throws Failure `setup` when there is no root, naming ledger-init */
export function findRoot({ cwd, flag, environment }: Where): Found {
  const here = gitPlaceAbove(cwd);
  const worktree = here && here.gitDirectory !== here.commonDirectory ? basename(here.gitDirectory) : 'main';
  const named = flag ?? (environment.LEDGER_ROOT || environment.LUKA_SOT || undefined);
  const path = named !== undefined ? resolve(cwd, named) : searchUp(cwd, here);
  if (path === undefined) {
    throw new Failure('setup', `no ledger here or above ${cwd}; run "ledger-init" to make one`);
  }
  if (named === '' || !isDirectory(path)) {
    const shown = named === '' ? '""' : path;
    throw new Failure('setup', `the root ${shown} is not a directory; make one with: ledger-init DIR`);
  }
  const root = onDisk(`cannot use the root ${path}`, () => realpathSync.native(path));
  const isAbove = here !== undefined && here.top === root;
  return { root, git: isAbove || root === cwd ? here : gitPlaceAbove(root), worktree };
}

function searchUp(cwd: string, here: GitPlace | undefined): string | undefined {
  const isLinked = here !== undefined && here.gitDirectory !== here.commonDirectory;
  if (isLinked && basename(here.commonDirectory) === '.git') return dirname(here.commonDirectory);
  for (const directory of upwards(cwd)) {
    if (isDirectory(join(directory, 'g/ledger'))) return directory;
  }
  return here?.top;
}

/** The repository a directory is in, without asking git; undefined outside one. */
export function gitPlaceAbove(start: string): GitPlace | undefined {
  for (const top of upwards(start)) {
    const path = join(top, '.git');
    const kind = statOf(path);
    if (kind?.isDirectory()) {
      const directory = realpathSync.native(path);
      return { top, commonDirectory: directory, gitDirectory: directory };
    }
    if (!kind?.isFile()) continue;
    const pointer = /^gitdir: (.+)$/m.exec(readText(path) ?? '')?.[1];
    const gitDirectory = pointer === undefined ? undefined : realDirectory(resolve(top, pointer));
    if (gitDirectory === undefined) continue;
    const common = readText(join(gitDirectory, 'commondir'))?.trim();
    const commonDirectory =
      common === undefined ? gitDirectory : realDirectory(resolve(gitDirectory, common));
    return { top, gitDirectory, commonDirectory: commonDirectory ?? gitDirectory };
  }
  return undefined;
}

function* upwards(start: string): Generator<string> {
  let directory = resolve(start);
  for (;;) {
    yield directory;
    const parent = dirname(directory);
    if (parent === directory) return;
    directory = parent;
  }
}

/** A hook looks in each directory up to the root: not finding it must not cost an error. */
function statOf(path: string): Stats | undefined {
  return ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
}

/** A directory that cannot be reached is none for us: another one further up may be meant. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    if (['ENOTDIR', 'ELOOP', 'EACCES'].includes(errnoOf(error) ?? '')) return false;
    throw diskFailure(error, `cannot look at ${path}`);
  }
}

function realDirectory(path: string): string | undefined {
  return isDirectory(path) ? realpathSync.native(path) : undefined;
}
