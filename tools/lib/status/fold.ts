/**
 * The status of an agent as a fold of reports: pure rules, no files.
 *
 * A report has a time. One that is older than the newest report the status is made of changes nothing; a
 * time given in whole seconds counts as late as its second allows, because `date -Iseconds` cuts fractions.
 * `task_start` makes busy, `task_result` idle, `error` error; `info` and `heartbeat` leave the state as it
 * is, unless `data.state` names one (that is how `status-update` writes itself into the log); the end of the
 * last open session makes offline, also when it is told late. `last_error` lives only as long as the state is error.
 */
import { parseTimestamp } from '../clock.js';
import type { LedgerEvent } from '../record/event.js';
import type { AgentStatus } from '../record/generated/status.js';

export type { AgentStatus };
export type State = AgentStatus['state'];
/** How far the clock of who reports may be ahead. */
export const FURTHEST_AHEAD_MS = 300_000;
export const STATES: readonly State[] = ['idle', 'busy', 'error', 'offline'];

export interface Report {
  /** When it was true, RFC 3339. */
  at: string;
  state?: State | undefined;
  task_id?: string | undefined;
  session_id?: string | undefined;
  last_error?: string | undefined;
  /** The last open session has ended, which is so however late it is told. */
  isFinal?: boolean | undefined;
}

export function isState(value: unknown): value is State {
  return STATES.includes(value as State);
}

/** What an event says about its agent. `openSessions`: how many are open after it. */
export function reportOf(event: LedgerEvent, openSessions: number): Report {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const isOver = event.data.session === 'end' && openSessions === 0;
  const about = event.task_id === 'system' ? undefined : event.task_id;
  const report: Report = { at: event.ts, session_id: event.session_id };
  switch (event.event) {
    case 'task_start':
      return { ...report, state: 'busy', task_id: about };
    case 'task_result':
      return { ...report, state: 'idle', task_id: about };
    case 'error':
      return { ...report, state: 'error', task_id: about, last_error: event.summary };
    default: {
      if (!isState(event.data.state)) return isOver ? { ...report, state: 'offline', isFinal: true } : report;
      return {
        ...report,
        at: heartbeatOf(event),
        state: event.data.state,
        task_id: about,
        last_error: text(event.data.last_error),
      };
    }
  }
}

/** A time far ahead of its event would silence every later report, so it is not believed. */
function heartbeatOf({ ts, data }: LedgerEvent): string {
  const text = data.last_heartbeat;
  const atMs = typeof text === 'string' ? parseTimestamp(text) : undefined;
  const isBelieved = atMs !== undefined && atMs <= parseTimestamp(ts)! + FURTHEST_AHEAD_MS;
  return isBelieved ? (text as string) : ts;
}

/** The status after a report; undefined when the report is older than the status. */
export function applyReport(
  agent: string,
  before: Partial<AgentStatus> | undefined,
  report: Report,
): AgentStatus | undefined {
  const newest = newestOf(before?.updated_at, before?.last_heartbeat);
  if (newest !== undefined && isOlder(report.at, newest) && !report.isFinal) return undefined;
  const state = report.state ?? (isState(before?.state) ? before.state : 'idle');
  const at =
    newest !== undefined && parseTimestamp(newest)! > parseTimestamp(report.at)! ? newest : report.at;
  return {
    ...{ agent, state, last_heartbeat: at },
    last_task_id: report.task_id ?? before?.last_task_id ?? null,
    session_id: report.session_id ?? before?.session_id ?? null,
    last_error: state === 'error' ? (report.last_error ?? before?.last_error ?? null) : null,
    updated_at: at,
  };
}

function newestOf(...times: (string | null | undefined)[]): string | undefined {
  const known = times.filter(
    (time): time is string => typeof time === 'string' && parseTimestamp(time) !== undefined,
  );
  return known.sort((a, b) => parseTimestamp(a)! - parseTimestamp(b)!).at(-1);
}

function isOlder(at: string, newest: string): boolean {
  const isWholeSecond = !at.includes('.');
  const atMs = parseTimestamp(at)!;
  const newestMs = parseTimestamp(newest)!;
  return isWholeSecond ? Math.trunc(atMs / 1000) < Math.trunc(newestMs / 1000) : atMs < newestMs;
}

/** Whether two statuses differ in more than their times: such a change belongs into the log. */
export function isNews(before: Partial<AgentStatus> | undefined, after: AgentStatus): boolean {
  const keys = ['state', 'last_task_id', 'session_id', 'last_error'] as const;
  return before === undefined || keys.some(key => (before[key] ?? null) !== after[key]);
}
