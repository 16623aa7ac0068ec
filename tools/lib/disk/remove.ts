/** Removing files whose content is safe elsewhere. */
import { renameSync, rmSync, unlinkSync } from 'node:fs';
import { errnoOf, onDisk } from './errno.js';

/** Removes a file; one that is gone already is fine. @returns whether it was there */
export function removeFile(path: string): boolean {
  return onDisk(`cannot remove ${path}`, () => {
    try {
      unlinkSync(path);
      return true;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      return false;
    }
  });
}

/** Removes a directory of ours with everything in it. */
export function removeDirectory(path: string): void {
  onDisk(`cannot remove ${path}`, () => rmSync(path, { recursive: true, force: true }));
}

/** Keeps a damaged file under another name, out of the way. @returns where it is now */
export function setAside(path: string): string {
  const aside = `${path}.damaged`;
  onDisk(`cannot move ${path}`, () => renameSync(path, aside));
  return aside;
}
