/** Status reports by hand or by cron, and the status made again from the log. */
import { Failure } from '../failure.js';
import { appendEvents } from '../ledger/append.js';
import type { DayOptions } from '../ledger/day.js';
import type { LedgerEvent } from '../record/event.js';
import { redactName, redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { type AgentStatus, applyReport, isNews, type Report } from '../status/fold.js';
import { writeStatus } from '../status/store.js';
import { currentStatus, foldStatus, setAside } from './fold-status.js';

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
    const clean = redactReport(report, options.rules);
    const after = applyReport(agent, before, clean);
    if (!after) return { status: before ?? {}, isApplied: false };
    // The session is the log's to say: it may be a new one.
    if (isNews(before, after)) after.session_id = logReport(held, clean, after, options).session_id;
    writeStatus(held, after, options.rules);
    return { status: after, isApplied: true };
  });
}

/** Without secrets from the start, so that what is compared with the stored status is what was stored. */
function redactReport(report: Report, rules = BUILT_IN): Report {
  const { task_id, last_error } = report;
  return {
    ...report,
    task_id: task_id === undefined ? undefined : redactName(task_id, rules).text,
    last_error: last_error === undefined ? undefined : redactText(last_error, rules).text,
  };
}

function logReport(held: HeldAgent, report: Report, after: AgentStatus, options: DayOptions): LedgerEvent {
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
  if (outcome === undefined || outcome instanceof Failure) throw outcome;
  return outcome.event;
}

/** Makes the status from the log again. @returns undefined when the agent has no events */
export function rebuildStatus(
  workspace: Workspace,
  agent: string,
  options: DayOptions,
): AgentStatus | undefined {
  return withAgentLock(workspace, agent, held => {
    setAside(held, options);
    const status = foldStatus(held, options);
    if (status) writeStatus(held, status, options.rules);
    return status;
  });
}
