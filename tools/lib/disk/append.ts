/**
 * Appending to a file so that what was acknowledged is on disk and nothing is ever half there.
 *
 * The caller holds the lock that guards the file. Whole lines go out in ONE write on an O_APPEND descriptor:
 * writers that know nothing of our lock (an old `echo >>`) cannot land in the middle of them. A short write
 * (disk full) or a failed sync cuts the file back to where it was, so a refused append leaves no trace; only
 * when such a writer has appended behind it is it left there, because its line would be cut off too.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { Failure } from '../failure.js';
import { diskFailure, errnoOf, ifPresent, onDisk } from './errno.js';
import { syncAppended } from './sync.js';

export interface AppendFile {
  /** Undefined as long as there is no file: the first append makes it. */
  fd: number | undefined;
  readonly path: string;
  /** Bytes in the file when it was opened, kept up to date by `appendBytes`. */
  size: number;
}

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a regular file for reading and appending; refuses links, directories and devices. A missing file is
 * made (0600) by the first append and not before, so that a refused event leaves nothing behind.
 */
export function openForAppend(path: string): AppendFile {
  return ifPresent(`cannot open ${path}`, () => openRegular(path)) ?? { fd: undefined, path, size: 0 };
}

function openRegular(path: string, extraFlags = 0): AppendFile & { fd: number } {
  const fd = openSync(path, FLAGS | extraFlags, 0o600);
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return { fd, path, size: stats.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  throw new Failure('disk', `cannot open ${path}: it is not a regular file`);
}

/** Closes the file; it may have been opened and never made. */
export function closeFile(file: AppendFile): void {
  if (file.fd !== undefined) closeSync(file.fd);
  file.fd = undefined;
}

/**
 * Appends `bytes` in one write and syncs them. On any failure the file is as it was before.
 * @param isUrgent also where syncs are shared and relaxed, nobody hears of it before it is on disk
 */
export function appendBytes(file: AppendFile, bytes: Uint8Array, isUrgent = false): void {
  let written = 0;
  try {
    const isNew = file.fd === undefined;
    file.fd ??= openOrMake(file.path);
    written = writeSync(file.fd, bytes);
    if (written !== bytes.length) throw new Failure('disk', `cannot write ${file.path}: no space left`);
    syncAppended(file.path, file.fd, { isNew, isUrgent });
    file.size += bytes.length;
  } catch (error) {
    cutBack(file, written);
    throw diskFailure(error, `cannot write ${file.path}`);
  }
}

/** A writer that does not know our lock may have made the file since we looked. */
function openOrMake(path: string): number {
  try {
    return openRegular(path, constants.O_CREAT | constants.O_EXCL).fd;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return openRegular(path).fd;
    throw error;
  }
}

/** Best effort after a failed append: a disk that also refuses this leaves a torn tail, which the next append heals. */
function cutBack({ fd, size }: AppendFile, written: number): void {
  if (fd === undefined || written === 0) return;
  try {
    if (fstatSync(fd).size === size + written) ftruncateSync(fd, size);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/**
 * Waits until every write that somebody without our lock has begun is done, and looks at the size again. While such
 * a write is under way the file shows the first part of its line; a change of mode waits for the same lock of the
 * kernel on the file, and changes nothing.
 */
export function awaitWriters(file: AppendFile): void {
  const { fd, path } = file;
  if (fd === undefined) return;
  onDisk(`cannot look at ${path}`, () => {
    try {
      fchmodSync(fd, fstatSync(fd).mode & 0o7777);
    } catch (error) {
      // Of another user: then the look at the size has to do.
      if (errnoOf(error) !== 'EPERM') throw error;
    }
    file.size = fstatSync(fd).size;
  });
}

/**
 * Cuts the file to `size` bytes and syncs it. Only for bytes that were copied elsewhere before.
 * @returns false when somebody without the lock has appended since the last look at its size: nothing is cut
 */
export function truncateTo(file: AppendFile, size: number): boolean {
  const { fd, path } = file;
  if (fd === undefined) return true;
  return onDisk(`cannot cut ${path}`, () => {
    const now = fstatSync(fd).size;
    const isCut = now === file.size;
    if (isCut) ftruncateSync(fd, size);
    fsyncSync(fd);
    file.size = isCut ? size : now;
    return isCut;
  });
}

/** Reads `length` bytes from `position`; fewer at the end of the file. */
export function readBytes(file: ReadableFile, position: number, length: number): Buffer {
  if (file.fd === undefined) return Buffer.alloc(0);
  const buffer = Buffer.allocUnsafe(length);
  const filled = readInto(file, position, buffer);
  return filled === length ? buffer : buffer.subarray(0, filled);
}

/** A file that may not be there yet. */
interface ReadableFile {
  fd: number | undefined;
  path: string;
}

/** Fills a buffer from `position` on. @returns how far; less than all of it at the end of the file */
export function readInto({ fd, path }: ReadableFile, position: number, buffer: Uint8Array): number {
  let filled = 0;
  while (fd !== undefined && filled < buffer.length) {
    const count = onDisk(`cannot read ${path}`, () =>
      readSync(fd, buffer, filled, buffer.length - filled, position + filled),
    );
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
