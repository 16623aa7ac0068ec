/** Files of ours on their way out: nothing from beyond the root is sent, and what cannot be read stops nothing else. */
import { closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory, writeTarget } from '../disk/directory.js';
import { openForReading } from '../disk/read.js';
import { Failure } from '../failure.js';
import type { SyncContext } from './context.js';

/** Whether a file, which is there, lies inside the root and can be read; if not, it is told of. */
export function mayBeSent({ workspace: { root }, warn }: SyncContext, path: string): boolean {
  try {
    makeDirectory(root, dirname(path));
    closeSync(openForReading(writeTarget(root, path)).fd);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`not sent: ${error.message}`);
    return false;
  }
}
