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

/** The days whose files can hold wanted events, oldest first. */
export function listDays(root: string, { agents, period }: Filter, skipped: Skipped): Day[] {
  const days = new Map<string, DayFile[]>();
  for (const agent of new Set(agents.length > 0 ? [...agents].sort() : listAgents(root))) {
    for (const file of filesOf(root, { agent, ...daysOf(period) }, skipped)) {
      const files = days.get(file.day);
      if (files) files.push(file);
      else days.set(file.day, [file]);
    }
  }
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
