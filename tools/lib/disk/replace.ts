/**
 * Replacing a file so that a reader sees the old content or the new, never a mixture.
 *
 * The caller holds the lock that guards the file, which is why the temporary name can be fixed: one left by
 * a killed process is simply overwritten. Content goes to the temporary file, is synced when `isDurable`,
 * and is renamed over the target. Views are replaced without a sync: after a power cut they are rebuilt
 * from the log.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { Failure } from '../failure.js';
import { join } from '../path.js';
import { openPrivate } from './directory.js';
import { diskFailure, errnoOf, onDisk } from './errno.js';
import { syncDirectory } from './sync.js';

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

export interface ReplaceOptions {
  /** Sync the content and the directory: for what cannot be rebuilt. */
  isDurable?: boolean;
}

/** Writes `content` to `path` (0600) atomically. On any failure the old file stays. */
export function replaceFile(path: string, content: string | Uint8Array, options: ReplaceOptions = {}): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      writeWhole(fd, typeof content === 'string' ? Buffer.from(content) : content, path);
      if (options.isDurable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    if (options.isDurable) syncDirectory(dirname(path));
  } catch (error) {
    discard(temporary);
    throw diskFailure(error, `cannot write ${path}`);
  }
}

/** Gives a file another name in its directory, over whatever bears that name. */
export function renameFile(path: string, target: string): void {
  onDisk(`cannot move ${path}`, () => renameSync(path, target));
}

/** Makes `path` a symbolic link to `target`, over whatever bears that name. */
export function replaceLink(path: string, target: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  onDisk(`cannot make the link ${path}`, () => {
    discard(temporary);
    symlinkSync(target, temporary);
    renameSync(temporary, path);
  });
}

/** Gives the space of a failed attempt back; where even that is refused, the next attempt overwrites it. */
export function discard(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/**
 * Writes a view over itself, in place: a third of the cost of a replacement. Shorter text leaves the end of the
 * longer one behind it, and a power cut can mix old and new, so the text is one line that shows whether it is
 * whole. For what can be made again, and is read by whoever holds its lock.
 */
export function overwriteView(path: string, line: string): void {
  onDisk(`cannot write ${path}`, () => {
    const fd = openPrivate(path, O_WRONLY | O_CREAT | O_NOFOLLOW);
    try {
      writeWhole(fd, Buffer.from(`${line}\n`), path, 0);
    } finally {
      closeSync(fd);
    }
  });
}

/** @param at where it begins; where the descriptor stands when not given */
export function writeWhole(fd: number, bytes: Uint8Array, path: string, at?: number): void {
  let written = 0;
  while (written < bytes.length) {
    const count = writeSync(fd, bytes, written, undefined, at === undefined ? null : at + written);
    if (count === 0) throw new Failure('disk', `cannot write ${path}: no space left`);
    written += count;
  }
}

/**
 * Makes a file that must not exist yet, 0600, synced.
 * @param content whole, or in parts when it is large
 * @returns false when it existed: it is left alone
 */
export function createFile(path: string, content: string | Uint8Array | Generator<Uint8Array>): boolean {
  try {
    const fd = openSync(path, O_WRONLY | O_CREAT | constants.O_EXCL | O_NOFOLLOW, 0o600);
    try {
      const isInParts = typeof content !== 'string' && !(content instanceof Uint8Array);
      for (const part of isInParts ? content : [content]) {
        writeWhole(fd, typeof part === 'string' ? Buffer.from(part) : part, path);
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw diskFailure(error, `cannot write ${path}`);
  }
}
