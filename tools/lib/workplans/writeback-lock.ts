import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import type { Place } from '../root/workspace.js';

/** The right to write statuses back in a root, until it is released; undefined while another process has it. */
export function holdWritebacks({ control }: Place): { release(): void } | undefined {
  makePrivate(control);
  return holdLock(join(control, 'check.lock'));
}
