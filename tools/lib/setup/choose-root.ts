/**
 * Where a new root goes. A linked worktree's root is its main worktree, because every command run in the
 * linked one looks there. Refused: a place that is no directory, one among git's own files, and one inside
 * another root, where it would depend on the working directory which of the two a command finds.
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import { findRoot, gitPlaceAbove, type Where } from '../root/find.js';

export interface Wanted extends Where {
  /** The directory that was asked for; it goes before `--root` and the environment. */
  operand?: string | undefined;
}

/** The directory to make a root of, which need not exist: as asked for, else the one in use here, else here. */
export function wantedDirectory({ cwd, operand, flag, environment }: Wanted): string {
  const named = operand ?? flag ?? (environment.LEDGER_ROOT || environment.LUKA_SOT || undefined);
  if (named !== undefined) return resolve(cwd, named);
  try {
    return findRoot({ cwd, environment: {} }).root;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'setup') return resolve(cwd);
    throw error;
  }
}

/**
 * The main worktree when `directory`, which must exist, lies in a linked one; else itself.
 * @param directory a real path
 */
export function mainWorktreeOf(directory: string): string {
  const git = gitPlaceAbove(directory);
  const isLinked = git !== undefined && git.gitDirectory !== git.commonDirectory;
  return isLinked && basename(git.commonDirectory) === '.git' ? dirname(git.commonDirectory) : directory;
}

/**
 * The nearest directory at or above `directory` that exists, by its real path.
 * @throws Failure `disk` when something else is in its place, `unsafe` for a link that leads nowhere
 */
export function nearestDirectory(directory: string): string {
  for (let path = directory; ; path = dirname(path)) {
    const doing = `cannot make a root of ${directory}`;
    const real = ifPresent(doing, () => realpathSync.native(path));
    if (real !== undefined) {
      if (statSync(real).isDirectory()) return real;
      throw new Failure('disk', `${path} is not a directory; choose another place for the root`);
    }
    if (ifPresent(doing, () => lstatSync(path)) !== undefined) {
      throw new Failure('unsafe', `${path} is a symbolic link that leads nowhere; mend or remove the link`);
    }
  }
}

/**
 * @param place what is to become a root, and need not exist
 * @param nearest it, or the nearest directory above it, by its real path
 * @throws Failure `unsafe` when no root must be made there
 */
export function assertPlaceForRoot(place: string, nearest: string): void {
  if (isRoot(place)) return;
  let isWorkingFile = false;
  for (const path of upwards(nearest)) {
    if (isRoot(path)) {
      throw new Failure('unsafe', `${place} is inside the root ${path}; use that one, or a place outside it`);
    }
    isWorkingFile ||= isPresent(path, '.git');
    if (!isWorkingFile && ['HEAD', 'objects', 'refs'].every(name => isPresent(path, name))) {
      throw new Failure(
        'unsafe',
        `${place} is among the git repository's own files in ${path}; use a working tree`,
      );
    }
  }
}

function* upwards(start: string): Generator<string> {
  for (let path = start; ; path = dirname(path)) {
    yield path;
    if (path === dirname(path)) return;
  }
}

function isRoot(directory: string): boolean {
  return statSync(join(directory, 'g/ledger'), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isPresent(directory: string, name: string): boolean {
  return lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined;
}
