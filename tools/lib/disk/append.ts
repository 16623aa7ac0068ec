/**
 * Appending to a file so that what was acknowledged is on disk and nothing is ever half there.
 *
 * The caller holds the lock that guards the file. Whole lines go out in ONE write on an O_APPEND descriptor:
 * writers that know nothing of our lock (an old `echo >>`) cannot land in the middle of them. A short write
 * (disk full) or a failed sync cuts the file back to where it was, so a refused append leaves no trace.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { diskFailure, errnoOf, onDisk } from './errno.js';

export interface AppendFile {
  readonly fd: number;
  readonly path: string;
  /** Bytes in the file when it was opened, kept up to date by `appendBytes`. */
  size: number;
  /** True when this open made the file: its directory must be synced too. */
  readonly isNew: boolean;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Opens (or makes, 0600) a regular file for reading and appending; refuses links, directories and devices. */
export function openForAppend(path: string): AppendFile {
  return onDisk(`cannot open ${path}`, () => {
    const flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    const existing = openExisting(path, flags);
    const fd = existing ?? openSync(path, flags | O_CREAT | O_EXCL, 0o600);
    const stats = fstatSync(fd);
    if (stats.isFile()) return { fd, path, size: stats.size, isNew: existing === undefined };
    closeSync(fd);
    throw new Failure('disk', `cannot open ${path}: it is not a regular file`);
  });
}

function openExisting(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appends `bytes` in one write and syncs them. On any failure the file is as it was before. */
export function appendBytes(file: AppendFile, bytes: Uint8Array): void {
  try {
    const written = writeSync(file.fd, bytes);
    if (written !== bytes.length) throw new Failure('disk', `cannot write ${file.path}: no space left`);
    fsyncSync(file.fd);
    if (file.isNew && file.size === 0) syncDirectory(dirname(file.path));
    file.size += bytes.length;
  } catch (error) {
    cutBack(file);
    throw diskFailure(error, `cannot write ${file.path}`);
  }
}

/** Best effort after a failed append: a disk that also refuses this leaves a torn tail, which the next append heals. */
function cutBack(file: AppendFile): void {
  try {
    ftruncateSync(file.fd, file.size);
  } catch (error) {
    if (diskFailure(error, '') === error) throw error;
  }
}

/** Cuts the file to `size` bytes and syncs it. Only for bytes that were copied elsewhere before. */
export function truncateTo(file: AppendFile, size: number): void {
  onDisk(`cannot cut ${file.path}`, () => {
    ftruncateSync(file.fd, size);
    fsyncSync(file.fd);
  });
  file.size = size;
}

/** Reads `length` bytes from `position`; fewer at the end of the file. */
export function readBytes(file: { fd: number; path: string }, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = onDisk(`cannot read ${file.path}`, () =>
      readSync(file.fd, buffer, filled, length - filled, position + filled),
    );
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** Makes a new name in a directory durable. Some file systems refuse to sync a directory; that is theirs. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    if (errnoOf(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(fd);
  }
}

/** Appends to a view, without a sync: what is lost in a power cut is rebuilt from the log. */
export function appendToView(path: string, text: string): void {
  onDisk(`cannot write ${path}`, () => {
    const fd = openSync(path, constants.O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      writeSync(fd, text);
    } finally {
      closeSync(fd);
    }
  });
}
