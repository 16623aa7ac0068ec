/**
 * Repairing our own day files: lines that no reader can parse are moved to a file beside, a last line that
 * only lacks its newline gets it; every other line stays as it is, byte for byte, and so does the chain. How
 * that is safe beside tools that append without our lock is told in `disk/rewrite.ts`.
 *
 * The views in the control plane follow: the head moves to where its last line is now, before the file does,
 * so that no append ever folds the wrong bytes; and the places of idempotency keys are noted again when one is
 * looked up.
 */
import type { Clock } from '../clock.js';
import { closeFile } from '../disk/append.js';
import { openForReading } from '../disk/read.js';
import { hasReplaced, type Rewritten, rewriteLines } from '../disk/rewrite.js';
import { sift } from '../disk/sift.js';
import { uuidV7 } from '../record/ids.js';
import type { HeldAgent } from '../root/workspace.js';
import { dayFilePath } from './day-file.js';
import { readHead, writeHead } from './head.js';
import { isUnparsable } from './inspect/line.js';

const keeps = (line: Buffer): boolean => !isUnparsable(line);

/** Whether `repairDay` would change the file at a path. Needs no lock. */
export function needsRepair(path: string, clock: Clock): boolean {
  if (hasReplaced(path)) return true;
  const file = { ...openForReading(path), size: 0 };
  try {
    const { lines, tail } = sift(file, { clock, keeps });
    return lines.length > 0 || tail.length > 0;
  } finally {
    closeFile(file);
  }
}

/**
 * Moves the unparsable lines of a day away.
 * @returns undefined when there are none
 * @throws Failure `disk`, `unsafe` when the file cannot be rewritten: it is as it was
 */
export function repairDay(held: HeldAgent, day: string): Rewritten | undefined {
  const { workspace, agent } = held;
  const { clock } = workspace;
  return rewriteLines(dayFilePath(workspace.root, agent, day), {
    ...{ clock, keeps, id: uuidV7(clock.nowMs()) },
    beforeReplace(placeIn) {
      const head = readHead(workspace, agent, day);
      if (head) writeHead(held, day, { ...head, size: placeIn(head.size) });
    },
  });
}
