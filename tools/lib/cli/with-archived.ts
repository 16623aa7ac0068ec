/** Archived days for the time of a query: unpacked into the control plane, and removed again. */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { removeDirectory } from '../disk/remove.js';
import { Failure } from '../failure.js';
import { listArchived, unpackDay } from '../ledger/archive.js';
import type { DayFile } from '../ledger/day-file.js';
import type { Filter } from '../ledger/filter.js';
import { daysOf } from '../ledger/period.js';
import type { Skipped } from '../ledger/skipped.js';
import { uuidV7 } from '../record/ids.js';
import type { Place } from '../root/workspace.js';

/** Runs `action` with the archived days that can hold wanted events. One that was changed is told of and left out. */
export async function withArchived(
  { place: { root, control }, clock }: { place: Place; clock: Clock },
  { agents, period }: Filter,
  skipped: Skipped,
  action: (files: DayFile[]) => Promise<void>,
): Promise<void> {
  const directory = join(control, `unpacked-${uuidV7(clock.nowMs())}`);
  const { from, to } = daysOf(period);
  const wanted = listArchived(root).filter(
    ({ agent, day }) => (agents.length === 0 || agents.includes(agent)) && day >= from && day <= to,
  );
  try {
    const files = wanted.flatMap(entry => {
      try {
        return [unpackDay(root, entry, directory)];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        skipped.failure(error);
        return [];
      }
    });
    await action(files);
  } finally {
    removeDirectory(directory);
  }
}
