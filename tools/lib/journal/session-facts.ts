/**
 * What a session was, folded from its events: pure rules, no files.
 *
 * A task is worked on in attempts. `task_start` begins one. An outcome, that is a `task_result` or an `error`
 * with a status, ends the attempt that its `parent_id` names, else the newest unended one of its task, else
 * stands for an attempt whose start is not in the log. An attempt that nothing ended is `open`, or `error`
 * when an error without a status came after it began. Events come with their corrections folded in.
 */
import type { Tokens } from '../clients/signal.js';
import { addTokens } from '../clients/usage.js';
import { parseTimestamp } from '../clock.js';
import { formatSessionId, type SessionName } from '../record/ids.js';
import type { SessionEvent } from './session-event.js';

/** What something used, as far as it is known; null where nothing is. */
export interface UsageFacts {
  tokens: Tokens | null;
  cost_usd: number | null;
}

export interface TaskFacts extends UsageFacts {
  task_id: string;
  /** `data.status` of its outcome; without one `failed` or `done` by the exit code; `open`, `error` without an outcome. */
  status: string;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  /** Of the result, else of the newest error, else of the start. */
  summary: string;
}

export interface ErrorFacts {
  ts: string;
  task_id: string;
  summary: string;
  error: string | null;
}

export type TimelineFacts = Pick<SessionEvent, 'ts' | 'event' | 'task_id' | 'source' | 'summary'>;

/** Its usage is that of all outcomes together. */
export interface SessionFacts extends UsageFacts {
  session_id: string;
  agent: string;
  writer: string;
  started_at: string;
  last_event_at: string;
  duration_ms: number;
  /** Whether an event said that the session ended. */
  is_closed: boolean;
  total_events: number;
  /** How many of each. */
  events: Record<string, number>;
  tasks: TaskFacts[];
  errors: ErrorFacts[];
  timeline: TimelineFacts[];
}

/** @param events at least one, in the order of the log, each with a `ts` that is a timestamp */
export function sessionFacts(session: SessionName, writer: string, events: SessionEvent[]): SessionFacts {
  const byTime = events.toSorted((a, b) => instant(a) - instant(b));
  const [first, last] = [byTime[0]!, byTime.at(-1)!];
  const tasks = foldTasks(events);
  return {
    session_id: formatSessionId(session),
    agent: session.agent,
    writer,
    started_at: first.ts,
    last_event_at: last.ts,
    duration_ms: instant(last) - instant(first),
    is_closed: events.at(-1)!.endsSession,
    total_events: events.length,
    events: countKinds(events),
    ...usageOf(tasks),
    tasks,
    errors: events.filter(({ event }) => event === 'error').map(errorFacts),
    timeline: events.map(timelineFacts),
  };
}

const instant = ({ ts }: { ts: string }): number => parseTimestamp(ts)!;

function countKinds(events: SessionEvent[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function errorFacts({ ts, task_id, summary, error }: SessionEvent): ErrorFacts {
  return { ts, task_id, summary, error: error ?? null };
}

function timelineFacts({ ts, event, task_id, source, summary }: SessionEvent): TimelineFacts {
  return { ts, event, task_id, source, summary };
}

/** The sum of what is known. */
function usageOf(tasks: TaskFacts[]): UsageFacts {
  const tokens = tasks.flatMap(task => task.tokens ?? []);
  const costs = tasks.flatMap(task => task.cost_usd ?? []);
  return {
    tokens: tokens.length === 0 ? null : tokens.reduce(addTokens),
    cost_usd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost),
  };
}

interface Attempt {
  task_id: string;
  start?: SessionEvent;
  result?: SessionEvent;
  error?: SessionEvent;
}

function foldTasks(events: SessionEvent[]): TaskFacts[] {
  const attempts: Attempt[] = [];
  const unended = new Map<string, Attempt[]>();
  for (const event of events) {
    const ofTask = unended.get(event.task_id) ?? [];
    unended.set(event.task_id, ofTask);
    if (event.event === 'task_start') {
      const attempt = { task_id: event.task_id, start: event };
      attempts.push(attempt);
      ofTask.push(attempt);
    } else if (event.event === 'error' && event.status === undefined) {
      const attempt = attemptOf(event, ofTask);
      if (attempt) attempt.error = event;
    } else if (event.event === 'error' || event.event === 'task_result') {
      const attempt = attemptOf(event, ofTask);
      if (attempt) {
        attempt.result = event;
        ofTask.splice(ofTask.indexOf(attempt), 1);
      } else {
        attempts.push({ task_id: event.task_id, result: event });
      }
    }
  }
  return attempts.map(taskFacts);
}

function attemptOf({ parent_id }: SessionEvent, unended: Attempt[]): Attempt | undefined {
  const named = parent_id && unended.find(({ start }) => start?.id === parent_id);
  return named || unended.at(-1);
}

function taskFacts({ task_id, start, result, error }: Attempt): TaskFacts {
  return {
    task_id,
    status: result ? resultStatus(result) : error ? 'error' : 'open',
    started_at: start?.ts ?? null,
    finished_at: result?.ts ?? null,
    duration_ms: result ? durationMs(start, result) : null,
    tokens: result?.tokens ?? null,
    cost_usd: result?.cost_usd ?? null,
    summary: (result ?? error ?? start)!.summary,
  };
}

function resultStatus({ status, exit_code }: SessionEvent): string {
  return status ?? (exit_code === undefined || exit_code === 0 ? 'done' : 'failed');
}

/** As the result says it, else the time between; null when a clock that stepped back makes it negative. */
function durationMs(start: SessionEvent | undefined, result: SessionEvent): number | null {
  if (result.duration_ms !== undefined) return result.duration_ms;
  const betweenMs = start ? instant(result) - instant(start) : -1;
  return betweenMs < 0 ? null : betweenMs;
}
