/** Changing the status of tasks in the bytes of a workplan, and nothing else. */
import { Failure } from '../failure.js';
import type { YamlReader } from './mapping.js';
import { parseWorkplan, type WorkplanTask } from './parse.js';
import type { TaskStatus } from './task-status.js';

export interface StatusChange {
  id: string;
  from: TaskStatus;
  to: TaskStatus;
}

/** A word that was put in the place of another. */
export interface Splice {
  /** Where it begins, in the changed bytes. */
  start: number;
  word: string;
  was: string;
}

export interface Edited {
  bytes: Buffer;
  splices: Splice[];
}

/**
 * The bytes with the status of each of these tasks changed; every other byte stays.
 * @throws Failure `data` when a task is not there, or there twice, has another status than `from`, or its status
 *   cannot be changed by itself
 */
export function editStatuses(bytes: Buffer, changes: StatusChange[], readYaml: YamlReader): Edited {
  const before = parseWorkplan(bytes, readYaml)?.tasks ?? [];
  const places = changes.map(change => ({ ...change, ...placeOf(before, change) }));
  const parts: Buffer[] = [];
  const splices: Splice[] = [];
  let from = 0;
  let growth = 0;
  for (const { start, end, to } of places.sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(from, start), Buffer.from(to));
    splices.push({ start: start + growth, word: to, was: bytes.toString('latin1', start, end) });
    growth += to.length - (end - start);
    from = end;
  }
  const edited = Buffer.concat([...parts, bytes.subarray(from)]);
  const after = parseWorkplan(edited, readYaml)?.tasks ?? [];
  if (!isMeant(before, after, changes)) {
    throw new Failure(
      'data',
      'the statuses cannot be changed without changing something else; do it by hand',
    );
  }
  return { bytes: edited, splices };
}

/** The bytes before these splices. */
export function takeBack(bytes: Buffer, splices: Splice[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, word, was } of splices) {
    parts.push(bytes.subarray(from, start), Buffer.from(was, 'latin1'));
    from = start + word.length;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}

function placeOf(tasks: WorkplanTask[], { id, from }: StatusChange): { start: number; end: number } {
  const [task, second] = tasks.filter(candidate => candidate.id === id);
  if (task === undefined || second !== undefined) throw new Failure('data', `${id} is not there once`);
  if (task.status !== from) throw new Failure('data', `${id} is ${task.status} now`);
  if (task.place) return task.place;
  throw new Failure('data', `the status of ${id} has no line of its own like "status: ${from}"; write it so`);
}

/** Whether what is read afterwards differs in these statuses alone. */
function isMeant(before: WorkplanTask[], after: WorkplanTask[], changes: StatusChange[]): boolean {
  const targets = new Map(changes.map(({ id, to }) => [id, to]));
  const told = ({ place: _, synonym: __, ...task }: WorkplanTask): string => JSON.stringify(task);
  const wanted = before.map(task => told({ ...task, status: targets.get(task.id) ?? task.status }));
  return wanted.join('\n') === after.map(told).join('\n');
}
