/**
 * Changing a file that belongs to somebody else: a client's settings, git's exclude file. Its owner knows of
 * no lock of ours. So the new content goes to a temporary file of its own beside the old one, with the old
 * one's mode and owner, and is synced; then the old file is read once more and must still be what the change
 * was made from; then the new one is renamed over it. A symbolic link is followed and stays a link. What
 * remains is the moment between the last look and the rename: no rename compares.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { hex, randomBytes } from '../random.js';
import { listDirectory } from './directory.js';
import { diskFailure, errnoOf, ifPresent, onDisk } from './errno.js';
import { discard, writeWhole } from './replace.js';
import { syncDirectory } from './sync.js';

/** A file as it was when it was read. */
export interface ForeignFile {
  /** As it was asked for. */
  path: string;
  /** Where it really is, when `path` is a link. */
  target: string;
  /** Undefined when there is no such file. */
  bytes: Buffer | undefined;
}

/** @throws Failure `unsafe` for a link that leads nowhere, `disk` for what is no regular file */
export function readForeign(path: string): ForeignFile {
  const doing = `cannot read ${path}`;
  const target = ifPresent(doing, () => realpathSync.native(path));
  if (target === undefined) {
    if (ifPresent(doing, () => lstatSync(path)) === undefined)
      return { path, target: path, bytes: undefined };
    throw new Failure('unsafe', `${path} is a symbolic link that leads nowhere; mend or remove the link`);
  }
  return onDisk(doing, () => {
    if (!statSync(target).isFile()) throw new Failure('disk', `${doing}: it is not a regular file`);
    return { path, target, bytes: readFileSync(target) };
  });
}

export interface AmendModes {
  /** For a file that is made; one that is there keeps its own. */
  file: number;
  /** For the directories that are missing on its way. */
  directory: number;
}

/**
 * Puts `content` in the place of what was read, or makes the file.
 * @returns the topmost directory that had to be made for it
 * @throws Failure `contention` when the file is no longer as it was read, `unsafe` when it is read-only
 */
export function amendFile(file: ForeignFile, content: Uint8Array, modes: AmendModes): string | undefined {
  const doing = `cannot write ${file.path}`;
  const made = onDisk(doing, () =>
    mkdirSync(dirname(file.target), { recursive: true, mode: modes.directory }),
  );
  const old = file.bytes && onDisk(doing, () => writableStats(file));
  const temporary = `${temporaryPrefix(file)}${hex(randomBytes(6))}${TEMPORARY_SUFFIX}`;
  try {
    writeTemporary(temporary, content, old, modes.file);
    assertUnchanged(file);
    renameSync(temporary, file.target);
  } catch (error) {
    discard(temporary);
    throw diskFailure(error, doing);
  }
  onDisk(doing, () => syncDirectory(dirname(file.target)));
  return made;
}

const TEMPORARY_SUFFIX = '.tmp';

const temporaryPrefix = ({ target }: ForeignFile): string =>
  join(dirname(target), `.${basename(target)}.agent-ledger-`);

/** Removes what an amendment left that was killed. The caller knows that none is under way. */
export function removeRemains(file: ForeignFile): void {
  for (const name of listDirectory(dirname(file.target))) {
    const path = join(dirname(file.target), name);
    if (path.startsWith(temporaryPrefix(file)) && path.endsWith(TEMPORARY_SUFFIX)) discard(path);
  }
}

/**
 * Removes the file.
 * @param made the topmost directory that was made for it: it and those below it go too, if they are empty
 * @throws Failure `contention` when it is no longer as it was read
 */
export function removeForeign(file: ForeignFile, made?: string): void {
  assertUnchanged(file);
  onDisk(`cannot remove ${file.path}`, () => unlinkSync(file.target));
  if (made === undefined) return;
  for (let path = dirname(file.target); path.startsWith(made); path = dirname(path)) {
    if (!isRemoved(path)) return;
  }
}

/** A directory that is not empty, or cannot be removed, disturbs nobody. */
function isRemoved(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

function writableStats(file: ForeignFile): Stats {
  accessSync(file.target, constants.W_OK);
  const stats = statSync(file.target);
  const isOurs = process.geteuid?.() === 0 || stats.uid === process.geteuid?.();
  if (!isOurs) throw new Failure('unsafe', `cannot write ${file.path}: it belongs to another user`);
  return stats;
}

function writeTemporary(path: string, content: Uint8Array, old: Stats | undefined, mode: number): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeWhole(fd, content, path);
    if (old !== undefined) keepOwner(fd, old);
    fchmodSync(fd, old === undefined ? mode : old.mode & 0o7777);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A group we are not in cannot be given; the file then has our own. */
function keepOwner(fd: number, { uid, gid }: Stats): void {
  try {
    fchownSync(fd, uid, gid);
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') throw error;
  }
}

function assertUnchanged(file: ForeignFile): void {
  const now = readForeign(file.path);
  const isSame =
    now.target === file.target &&
    (now.bytes === undefined
      ? file.bytes === undefined
      : file.bytes !== undefined && now.bytes.equals(file.bytes));
  if (isSame) return;
  throw new Failure('contention', `${file.path} was changed by another program just now; run it again`);
}
