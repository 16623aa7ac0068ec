/**
 * Directories below the root, made 0700 on the way, and proof that none of them leads out of it: a symbolic
 * link in the place of a directory of ours is refused unless it stays inside the root.
 */
import { lstatSync, mkdirSync, openSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { Failure } from '../failure.js';
import { join } from '../path.js';
import { errnoOf, ifPresent, onDisk } from './errno.js';
import { syncDirectory } from './sync.js';

/**
 * Makes `path` below `root` and returns it.
 * @param root a real path; `path` lies below it by name
 * @throws Failure `unsafe` when a link on the way leads out of the root
 */
export function makeDirectory(root: string, path: string): string {
  const real = realPathOf(path) ?? makeMissing(root, path);
  assertInside(root, real, path);
  return path;
}

function makeMissing(root: string, path: string): string {
  const parent = path.slice(0, path.lastIndexOf(sep));
  if (parent.length > root.length) makeDirectory(root, parent);
  onDisk(`cannot make the directory ${path}`, () => {
    try {
      mkdirSync(path, { mode: 0o700 });
      syncDirectory(parent);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  });
  const real = realPathOf(path);
  if (real === undefined) throw new Failure('unsafe', `${path} is a symbolic link that leads nowhere`);
  return real;
}

function realPathOf(path: string): string | undefined {
  return ifPresent(`cannot reach ${path}`, () => realpathSync.native(path));
}

/** @throws Failure `unsafe` unless `real` is the root or lies below it */
function assertInside(root: string, real: string, shown: string): void {
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new Failure('unsafe', `${shown} leads out of the root ${root}; put a real directory in its place`);
  }
}

/** Makes a directory of the control plane, 0700, with the ones above it. */
export function makePrivate(path: string): void {
  onDisk(`cannot make the directory ${path}`, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

/** Opens a file of the control plane, 0600, and makes the directory it lies in when there is none. */
export function openPrivate(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    makePrivate(dirname(path));
    return openSync(path, flags, 0o600);
  }
}

/** The names of the directories in a directory, sorted; none when it does not exist. */
export function listDirectories(path: string): string[] {
  const isDirectory = (name: string): boolean => {
    const child = join(path, name);
    return ifPresent(`cannot look at ${child}`, () => statSync(child))?.isDirectory() ?? false;
  };
  return listDirectory(path).filter(isDirectory);
}

/**
 * Where replacing the file `path` really writes: a link is followed, so that it stays one.
 * @throws Failure `unsafe` when a link leads out of the root or nowhere, `disk` for anything but a file
 */
export function writeTarget(root: string, path: string): string {
  const stats = ifPresent(`cannot look at ${path}`, () => lstatSync(path));
  if (stats === undefined || stats.isFile()) return path;
  if (!stats.isSymbolicLink()) throw new Failure('disk', `cannot write ${path}: it is not a regular file`);
  const target = realPathOf(path);
  if (target === undefined) throw new Failure('unsafe', `${path} is a symbolic link that leads nowhere`);
  assertInside(root, target, path);
  return target;
}

/** The names in a directory, sorted; none when it does not exist. */
export function listDirectory(path: string): string[] {
  return ifPresent(`cannot list ${path}`, () => readdirSync(path).sort()) ?? [];
}
