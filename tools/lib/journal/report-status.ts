/** Status reports by hand or by cron, and the status made again from the log. */
import { parseTimestamp } from '../clock.js';
import { linesOf, readChunks } from '../disk/read.js';
import { Failure } from '../failure.js';
import { appendEvents } from '../ledger/append.js';
import { type DayOptions, looseEvent, sessionLine } from '../ledger/day.js';
import { listDayFiles } from '../ledger/day-file.js';
import { foldSession, type Head } from '../ledger/head.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { type AgentStatus, applyReport, isNews, type Report, reportOf } from '../status/fold.js';
import { readStatus, setAsideDamaged, statusPath, writeStatus } from '../status/store.js';

export interface Reported {
  status: Partial<AgentStatus>;
  /** False when the report was older than the status, which stays as it is. */
  isApplied: boolean;
}

/**
 * Applies a report. What is more than a sign of life is also appended to the log, as an `info` event with
 * `data.state`, so that the status can be made again from it.
 */
export function reportStatus(
  workspace: Workspace,
  agent: string,
  report: Report,
  options: DayOptions,
): Reported {
  return withAgentLock(workspace, agent, held => {
    const before = currentStatus(held, options);
    const after = applyReport(agent, before, report);
    if (!after) return { status: before ?? {}, isApplied: false };
    if (isNews(before, after)) logReport(held, report, after, options);
    writeStatus(held, after);
    return { status: after, isApplied: true };
  });
}

function logReport(held: HeldAgent, report: Report, after: AgentStatus, options: DayOptions): void {
  const draft = {
    event: 'info',
    task_id: report.task_id ?? 'system',
    source: 'status-update',
    summary: `${held.agent} is ${after.state}`,
    data: {
      state: after.state,
      last_heartbeat: report.at,
      ...(after.last_error && { last_error: after.last_error }),
    },
    session_id: report.session_id,
  };
  const [outcome] = appendEvents(held, [draft], options);
  if (outcome instanceof Failure) throw outcome;
}

/** The stored status; one that is damaged is set aside and made again. */
function currentStatus(held: HeldAgent, options: DayOptions): Partial<AgentStatus> | undefined {
  const aside = setAsideDamaged(held);
  if (aside === undefined) return readStatus(statusPath(held.workspace.root, held.agent));
  options.warn(
    `the status of ${held.agent} was not JSON; it is kept as ${aside} and made again from the ledger`,
  );
  return foldStatus(held, options);
}

/** Makes the status from the log again. @returns undefined when the agent has no events */
export function rebuildStatus(
  workspace: Workspace,
  agent: string,
  options: DayOptions,
): AgentStatus | undefined {
  return withAgentLock(workspace, agent, held => {
    const aside = setAsideDamaged(held);
    if (aside !== undefined) options.warn(`the status of ${agent} was not JSON; it is kept as ${aside}`);
    const status = foldStatus(held, options);
    if (status) writeStatus(held, status);
    return status;
  });
}

function foldStatus({ workspace, agent }: HeldAgent, { sessionIdleMs }: DayOptions): AgentStatus | undefined {
  const sessions: Pick<Head, 'sessions' | 'open'> = { sessions: 0, open: [] };
  let status: AgentStatus | undefined;
  for (const { path, day } of listDayFiles(workspace.root, { agent }).filter(
    file => file.writer === undefined,
  )) {
    for (const chunk of readChunks(path)) {
      for (const { bytes } of linesOf(chunk)) {
        const event = looseEvent(bytes);
        if (!event || parseTimestamp(event.ts) === undefined) continue;
        foldSession(sessions, { ...sessionLine(event), agent, day }, sessionIdleMs);
        status = applyReport(agent, status, reportOf(event, sessions.open.length)) ?? status;
      }
    }
  }
  return status;
}
