/**
 * What the ledger knows of a task: a fold of its events that does not depend on their order, because the events
 * of other machines come late.
 *
 * An event says a status: a status in its data (`task_status`, or `status` when that is one of ours) before what
 * its kind says: `task_start` in_progress, `task_result` done when it went well, `error` blocked; a claim that was
 * completed says done. Of each rank the newest is kept, and the highest rank counts. `reopen` is deliberate: what
 * is older than it counts no longer. To claim a completed task again, which `ledger-claim` asks to be confirmed, is
 * a reopening too.
 */
import { isJsonObject, type JsonObject } from '../record/json.js';
import { rankOf, statusNamed, type TaskStatus } from './task-status.js';

/** What was said, and when (ms). Of two in one millisecond the one that is read later counts. */
export interface Word {
  atMs: number;
  status: TaskStatus;
}

export interface Progress {
  /** The newest word of each rank. */
  newest: [Word | null, Word | null, Word | null];
  reopened: Word | null;
  /** Epochs of the newest claims: of one that was completed (0 before), of one that was acquired. */
  completedEpoch: number;
  acquired: { epoch: number; atMs: number } | null;
  title: { atMs: number; text: string } | null;
  /** The newest attempt at it that failed, and its number. */
  failed: { atMs: number; attempt: number } | null;
  /** Who was the last to say something of it. */
  agent: string;
  lastMs: number;
}

/** What matters of an event. */
export interface Told {
  taskId: string;
  agent: string;
  event: string;
  data: JsonObject;
  atMs: number;
}

export function noProgress(): Progress {
  return {
    ...{ newest: [null, null, null], reopened: null, completedEpoch: 0 },
    ...{ acquired: null, title: null, failed: null, agent: '', lastMs: 0 },
  };
}

/** Takes an event of the task into account. */
export function foldEvent(progress: Progress, told: Told): void {
  const { data, atMs } = told;
  if (atMs >= progress.lastMs) {
    progress.lastMs = atMs;
    progress.agent = told.agent;
  }
  if (data.claim !== undefined) foldClaim(progress, data.claim, atMs);
  if (told.event === 'reopen') {
    progress.reopened = newer(progress.reopened, { atMs, status: explicit(data) ?? 'todo' });
    return;
  }
  if (typeof data.title === 'string' && atMs >= (progress.title?.atMs ?? 0)) {
    progress.title = { atMs, text: data.title };
  }
  if (told.event === 'error' && typeof data.attempt === 'number' && atMs >= (progress.failed?.atMs ?? 0)) {
    progress.failed = { atMs, attempt: data.attempt };
  }
  const status = explicit(data) ?? impliedBy(told);
  if (status !== undefined) foldWord(progress, { atMs, status });
}

/** The status that all of it comes to; undefined when nothing was said. */
export function statusOf(progress: Progress): TaskStatus | undefined {
  const { newest } = progress;
  const reopened = reopening(progress);
  const counts = (word: Word | null): word is Word =>
    word !== null && (!reopened || word.atMs > reopened.atMs);
  const [lowest, middle, highest] = newest;
  if (counts(highest)) return highest.status;
  if (counts(middle)) return middle.status;
  return (counts(lowest) ? lowest : reopened)?.status;
}

/** When the task was last reopened, ms; undefined when it never was. */
export function reopenedMs(progress: Progress): number | undefined {
  return reopening(progress)?.atMs;
}

/** How many attempts failed, since the task was last reopened. */
export function failedAttempts(progress: Progress | undefined): number {
  if (!progress?.failed) return 0;
  return progress.failed.atMs > (reopenedMs(progress) ?? 0) ? progress.failed.attempt : 0;
}

function reopening({ reopened, acquired, completedEpoch }: Progress): Word | null {
  if (acquired === null || completedEpoch === 0 || acquired.epoch <= completedEpoch) return reopened;
  return newer(reopened, { atMs: acquired.atMs, status: 'in_progress' });
}

/** What is known under two ids of a task. */
export function joined(a: Progress, b: Progress): Progress {
  const [later, earlier] = a.lastMs >= b.lastMs ? [a, b] : [b, a];
  const both: Progress = { ...later, newest: [...later.newest] };
  for (const word of earlier.newest) if (word) foldWord(both, word);
  if (earlier.reopened) both.reopened = newer(both.reopened, earlier.reopened);
  both.completedEpoch = Math.max(a.completedEpoch, b.completedEpoch);
  if (earlier.acquired) both.acquired = laterClaim(both.acquired, earlier.acquired);
  both.title ??= earlier.title;
  both.failed ??= earlier.failed;
  return both;
}

/** What is known, and that somebody holds the task since `atMs`. */
export function withLease(progress: Progress | undefined, agent: string, atMs: number): Progress {
  const known = progress ?? noProgress();
  const held: Progress = { ...known, newest: [...known.newest], agent, lastMs: Math.max(known.lastMs, atMs) };
  foldWord(held, { atMs, status: 'in_progress' });
  return held;
}

function foldWord(progress: Progress, word: Word): void {
  const rank = rankOf(word.status);
  progress.newest[rank] = newer(progress.newest[rank], word);
}

function newer(known: Word | null, word: Word): Word {
  return known === null || word.atMs >= known.atMs ? word : known;
}

function foldClaim(progress: Progress, claim: unknown, atMs: number): void {
  if (!isJsonObject(claim) || typeof claim.epoch !== 'number') return;
  const { op, epoch } = claim;
  if (op === 'complete') {
    progress.completedEpoch = Math.max(progress.completedEpoch, epoch);
    foldWord(progress, { atMs, status: 'done' });
  } else if (op === 'acquire') {
    progress.acquired = laterClaim(progress.acquired, { epoch, atMs });
  }
}

type Acquired = NonNullable<Progress['acquired']>;

function laterClaim(known: Acquired | null, other: Acquired): Acquired {
  if (known === null || other.epoch > known.epoch) return other;
  return other.epoch === known.epoch && other.atMs > known.atMs ? other : known;
}

function explicit(data: JsonObject): TaskStatus | undefined {
  return statusNamed(data.task_status) ?? statusNamed(data.status);
}

/** Words of hooks, wrappers and older tools for work that went well, and for work that just ended. */
const WENT_WELL = new Set(['ok', 'success', 'succeeded', 'passed', 'approved', 'complete']);
const ENDED = new Set([
  'interrupted',
  'unknown',
  'cancelled_by_user',
  'changes_requested',
  'partial',
  'skipped',
]);

function impliedBy({ event, data }: Told): TaskStatus | undefined {
  if (event === 'task_start') return 'in_progress';
  if (event === 'error') return 'blocked';
  if (event !== 'task_result') return undefined;
  const { status, exit_code } = data;
  if (typeof status !== 'string')
    return typeof exit_code === 'number' && exit_code !== 0 ? 'blocked' : 'done';
  if (WENT_WELL.has(status)) return 'done';
  return ENDED.has(status) ? 'in_progress' : 'blocked';
}
