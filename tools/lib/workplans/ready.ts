/**
 * Which tasks can be worked on now, and which of them first: pure rules.
 *
 * A task is ready when it is to do, when everything it depends on is done, when it is nobody else's, and when no
 * one holds it. One that was begun and is held by nobody was left by somebody who died: it is ready, too. One
 * that a person marks as begun in the file alone is that person's. What failed before comes after what did not.
 */
import type { Owner } from '../claims/decide.js';
import { failedAttempts, type Progress, reopenedMs, statusOf } from './progress.js';
import type { TaskProgress } from './task-progress.js';
import { rankOf, type TaskStatus } from './task-status.js';

export interface WorkTask {
  id: string;
  hubId?: string | undefined;
  title?: string | undefined;
  priority?: string | undefined;
  assignee?: string | undefined;
  dependsOn: string[];
  /** The status in its file. */
  status: TaskStatus;
  /** The workplan or the order that it comes from. */
  file?: string | undefined;
}

export interface ReadyTask {
  task: WorkTask;
  /** How many attempts failed before. */
  failures: number;
  /** Its claim was completed, and the task reopened since. */
  isReopened: boolean;
}

export interface Queue {
  /** The next one first. */
  ready: ReadyTask[];
  /** Neither ready nor at an end: held, blocked, or waiting for others. */
  waiting: { task: WorkTask; status: TaskStatus; unmet: string[] }[];
  /** Done or cancelled. */
  ended: { task: WorkTask; status: TaskStatus }[];
}

const PRIORITIES: Record<string, number> = { critical: 0, high: 1, medium: 2, low: 3 };
const USUAL = 2;

export function queueOf(tasks: WorkTask[], progress: TaskProgress, owner: Owner): Queue {
  const statuses = new Map(tasks.map(task => [task.id, effectiveStatus(task, progress)]));
  const isDone = (id: string): boolean => {
    const known = progress.told({ id, hubId: undefined });
    return (statuses.get(id) ?? (known && statusOf(known))) === 'done';
  };
  const queue: Queue = { ready: [], waiting: [], ended: [] };
  for (const task of tasks) {
    const status = statuses.get(task.id)!;
    if (rankOf(status) === 2) queue.ended.push({ task, status });
    else {
      const unmet = task.dependsOn.filter(id => !isDone(id));
      if (unmet.length === 0 && isFree(task, status, progress, owner))
        queue.ready.push(readyTask(task, progress));
      else {
        const isHeld = status === 'todo' && progress.holder(task) !== undefined;
        queue.waiting.push({ task, status: isHeld ? 'in_progress' : status, unmet });
      }
    }
  }
  return { ...queue, ready: inOrder(queue.ready) };
}

function readyTask(task: WorkTask, progress: TaskProgress): ReadyTask {
  const told = progress.told(task);
  return { task, failures: failedAttempts(told), isReopened: (told?.completedEpoch ?? 0) > 0 };
}

/**
 * The further one of file and ledger; of the same rank the one that says that work cannot go on. Where the task was
 * reopened a file that says blocked is out of date; one that says done may be newer, and counts.
 */
function effectiveStatus(task: WorkTask, progress: TaskProgress): TaskStatus {
  const told = progress.told(task);
  const known = ledgerStatus(told);
  if (rankOf(task.status) === 1 && told && reopenedMs(told) !== undefined) return known;
  const ahead = rankOf(task.status) - rankOf(known);
  if (ahead !== 0) return ahead > 0 ? task.status : known;
  return task.status === 'blocked' ? 'blocked' : known;
}

const ledgerStatus = (told: Progress | undefined): TaskStatus => (told && statusOf(told)) ?? 'todo';

function isFree(task: WorkTask, status: TaskStatus, progress: TaskProgress, owner: Owner): boolean {
  if (task.assignee !== undefined && task.assignee !== owner.agent) return false;
  const holder = progress.holder(task);
  const isOurs =
    holder?.agent === owner.agent && holder.writer === owner.writer && holder.worktree === owner.worktree;
  if (holder && !isOurs) return false;
  return (
    status === 'todo' || (status === 'in_progress' && ledgerStatus(progress.told(task)) === 'in_progress')
  );
}

function inOrder(ready: ReadyTask[]): ReadyTask[] {
  const priority = ({ task }: ReadyTask): number => PRIORITIES[task.priority ?? ''] ?? USUAL;
  return ready
    .map((item, index) => ({ item, index }))
    .sort(
      (a, b) => a.item.failures - b.item.failures || priority(a.item) - priority(b.item) || a.index - b.index,
    )
    .map(({ item }) => item);
}
