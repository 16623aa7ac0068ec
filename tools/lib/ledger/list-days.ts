/** Which files can hold wanted events, by their names alone. */
import { Failure } from '../failure.js';
import { type DayFile, type DayRange, listAgents, listDayFiles } from './day-file.js';
import type { Filter } from './filter.js';
import { daysOf } from './period.js';
import type { Skipped } from './skipped.js';

/** The files of one day. */
export interface Day {
  day: string;
  files: DayFile[];
}

/**
 * The days whose files can hold wanted events, oldest first.
 * @param more files that lie elsewhere
 */
export function listDays(
  root: string,
  { agents, period }: Filter,
  skipped: Skipped,
  more: DayFile[] = [],
): Day[] {
  const days = new Map<string, DayFile[]>();
  const add = (file: DayFile): void => {
    const files = days.get(file.day);
    if (files) files.push(file);
    else days.set(file.day, [file]);
  };
  for (const agent of new Set(agents.length > 0 ? [...agents].sort() : listAgents(root)))
    filesOf(root, { agent, ...daysOf(period) }, skipped).forEach(add);
  more.forEach(add);
  return [...days].map(([day, files]) => ({ day, files })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** A directory that cannot be read is told of and does not hide the others. */
function filesOf(root: string, range: DayRange, skipped: Skipped): DayFile[] {
  try {
    return listDayFiles(root, range);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    skipped.failure(error);
    return [];
  }
}
