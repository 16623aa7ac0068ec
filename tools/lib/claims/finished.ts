/**
 * The last epoch of each task that nobody holds, in a table by task id (see `disk/record-table.ts`), which grows
 * with the tasks and not with their history: `<epoch> <c: completed, r: released> <offset of its last op>`. A view
 * of the claims log. An epoch never gives way to a lower one: of a log that has lost its end, the table still knows
 * what the lost lines said.
 */
import { hashOfKey, type TableRecord } from '../disk/record-page.js';
import { RecordTable, type Replaces } from '../disk/record-table.js';
import { removeDirectory } from '../disk/remove.js';
import { join } from '../path.js';
import type { Place } from '../root/workspace.js';

export interface Finished {
  task_id: string;
  epoch: number;
  isCompleted: boolean;
  /** Of the op that ended it, in the claims log. */
  offset: number;
}

const tablePath = (place: Place): string => join(place.control, 'claims.finished.table');

/** What is known of a task that nobody holds; `'unknown'` when there is no table to say it. */
export function lookUpFinished(
  place: Place,
  taskId: string,
): Omit<Finished, 'task_id'> | undefined | 'unknown' {
  const table = RecordTable.openForReading(tablePath(place));
  if (table === undefined) return 'unknown';
  try {
    const value = table.find(hashOfKey(taskId));
    return value === undefined ? undefined : parse(value);
  } finally {
    table.close();
  }
}

/**
 * Notes tasks that ended.
 * @returns false when there is no table that can take them: make it from the log
 */
export function noteFinished(place: Place, finished: Finished[]): boolean {
  if (finished.length === 0) return true;
  const table = RecordTable.open(tablePath(place));
  if (table === undefined) return false;
  try {
    return table.put(finished.map(format), replacesLower);
  } finally {
    table.close();
  }
}

/** Makes the table anew. Each task comes once. */
export function makeFinished(place: Place, finished: Finished[]): void {
  RecordTable.make(tablePath(place), finished.map(format));
  // Where older versions kept it.
  removeDirectory(join(place.control, 'claims.finished'));
}

const replacesLower: Replaces = (old, value) => {
  const known = parse(old);
  return known === 'unknown' || Number(value.split(' ', 1)[0]) >= known.epoch;
};

function format({ task_id, epoch, isCompleted, offset }: Finished): TableRecord {
  const value = `${String(epoch).padStart(12, '0')} ${isCompleted ? 'c' : 'r'} ${String(offset).padStart(15, '0')}`;
  return { hash: hashOfKey(task_id), value };
}

function parse(value: string): Omit<Finished, 'task_id'> | 'unknown' {
  const [, epoch, state, offset] = /^(\d{12}) ([cr]) (\d{15})$/.exec(value) ?? [];
  if (epoch === undefined) return 'unknown';
  return { epoch: Number(epoch), isCompleted: state === 'c', offset: Number(offset) };
}
