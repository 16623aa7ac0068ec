/** `sync.lock`: one process at a time moves this root's view of the branch. */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import type { Time } from './advance.js';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * Runs `action` while no other process does. Waits without blocking the thread.
 * @throws Failure `contention` when another process holds it for longer than `waitMs`
 */
export async function withSyncLock<T>(
  { control }: Place,
  { time, waitMs }: { time: Time; waitMs: number },
  action: () => Promise<T>,
): Promise<T> {
  makePrivate(control);
  const deadlineMs = time.nowMs() + waitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const lock = holdLock(join(control, 'sync.lock'));
    if (lock) {
      try {
        return await action();
      } finally {
        lock.release();
      }
    }
    if (time.nowMs() >= deadlineMs)
      throw new Failure('contention', 'another process is busy with the ledger branch; run it again');
    await time.sleep(pauseMs);
  }
}
