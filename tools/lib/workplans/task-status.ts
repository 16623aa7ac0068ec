/**
 * The status of a task and its order. A task moves forward: from `todo` to work, from work to an end. What has
 * the same rank is not ahead of one another, so neither is ever turned into the other.
 */
export const TASK_STATUSES = ['todo', 'in_progress', 'blocked', 'done', 'cancelled'] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

/** 0 not begun, 1 begun, 2 ended. */
export type Rank = 0 | 1 | 2;

const RANKS: Record<TaskStatus, Rank> = { todo: 0, in_progress: 1, blocked: 1, done: 2, cancelled: 2 };

/** Words of other tools that mean a status of ours. */
const SYNONYMS: Record<string, TaskStatus> = { completed: 'done' };

export const rankOf = (status: TaskStatus): Rank => RANKS[status];

function isTaskStatus(word: unknown): word is TaskStatus {
  return typeof word === 'string' && Object.hasOwn(RANKS, word);
}

/** The status that a word means; undefined for any other value. */
export function statusNamed(word: unknown): TaskStatus | undefined {
  if (isTaskStatus(word)) return word;
  return typeof word === 'string' && Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined;
}
