import { accessSync, constants } from 'node:fs';
import { errnoOf } from './errno.js';

/** Whether this process may make and remove files in a directory. It tries nothing. */
export function isWritableDirectory(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
