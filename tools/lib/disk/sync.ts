/** Making durable what was written: at once, or together with what others write in this process. */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import type { SharedSync } from './shared-sync.js';

let shared: SharedSync | undefined;

/** From now on appends of this process are synced together: who acknowledges one waits for `settled()`. */
export function shareSyncs(by: SharedSync | undefined): void {
  shared = by;
}

/** What was appended to the file becomes durable, and its name when it is new. */
export function syncAppended(path: string, fd: number, about: { isNew: boolean; isUrgent: boolean }): void {
  if (shared !== undefined) {
    shared.note(path, fd, about);
    return;
  }
  fsyncSync(fd);
  if (about.isNew) syncDirectory(dirname(path));
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
