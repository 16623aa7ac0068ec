/**
 * Kernel locks. A lock is an exclusive advisory lock on a whole file that exists only to be locked; the
 * kernel drops it when its holder closes the file or dies, so there are no stale locks and nothing to clean
 * up. Lock files are never removed: two processes that locked different inodes of the same name would both
 * believe they hold it. Linux uses open-file-description locks, macOS flock; both belong to the open file,
 * so two opens in one process exclude each other as well.
 */
import { closeSync, constants } from 'node:fs';
import type { Clock } from '../clock.js';
import { Failure } from '../failure.js';
import { openPrivate } from './directory.js';
import { errnoOf, onDisk } from './errno.js';
import { lockAddon } from './lock-addon.js';

export interface LockOptions {
  clock: Clock;
  /** How long to wait for another holder, in ms. 0: do not wait. */
  timeoutMs: number;
  /** What the lock guards, for the message: `the ledger of cls`. */
  guards: string;
}

const FIRST_PAUSE_MS = 0.2;
const LONGEST_PAUSE_MS = 5;

/**
 * Runs `action` while holding the lock on `path`, whose directory is made when there is none.
 * @throws Failure `contention` when another process holds it for longer than `timeoutMs`
 */
export function withLock<T>(path: string, options: LockOptions, action: () => T): T {
  const fd = openLock(path);
  try {
    waitForLock(fd, path, options);
    return action();
  } finally {
    closeSync(fd);
  }
}

/**
 * Takes the lock on `path` if it is free, until `release` is called or the process ends.
 * @returns undefined when another process holds it
 */
export function holdLock(path: string): { release(): void } | undefined {
  const fd = openLock(path);
  if (isLockTaken(fd, path)) return { release: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

function openLock(path: string): number {
  return onDisk(`cannot open the lock ${path}`, () =>
    openPrivate(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW),
  );
}

/** Polls with growing pauses, because a blocking wait could not be given up. */
function waitForLock(fd: number, path: string, { clock, timeoutMs, guards }: LockOptions): void {
  let pauseMs = FIRST_PAUSE_MS;
  let waitedMs = 0;
  while (!isLockTaken(fd, path)) {
    if (waitedMs >= timeoutMs) {
      const waited = timeoutMs >= 1000 ? ` for ${Math.round(timeoutMs / 1000)} s` : '';
      throw new Failure('contention', `another process has kept ${guards} locked${waited}; run it again`);
    }
    clock.sleepMs(pauseMs);
    waitedMs += pauseMs;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function isLockTaken(fd: number, path: string): boolean {
  try {
    lockAddon().tryLock(fd, 0, 0, true);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EAGAIN' || code === 'EACCES' || code === 'EWOULDBLOCK') return false;
    return onDisk(`cannot lock ${path}`, () => {
      throw error;
    });
  }
}
