/**
 * Recording: events and the views made of them, under one hold of the agent's lock, so that the status
 * follows the log in the log's order.
 */
import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { type Appended, appendEvents, type Draft } from '../ledger/append.js';
import type { DayOptions } from '../ledger/day.js';
import type { LedgerEvent } from '../record/event.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { type AgentStatus, applyReport, reportOf } from '../status/fold.js';
import { writeStatus } from '../status/store.js';
import { currentStatus } from './fold-status.js';

export interface RecordOptions extends DayOptions {
  /** Also bring `agents/<agent>/status.json` up to date. */
  updatesStatus: boolean;
}

/**
 * Appends drafts to the agent's ledger.
 * @returns for each draft the event, or the Failure that refused it
 * @throws Failure `contention`, `disk`, `unsafe`
 */
export function recordEvents(
  workspace: Workspace,
  agent: string,
  drafts: Draft[],
  options: RecordOptions,
): (Appended | Failure)[] {
  return withAgentLock(workspace, agent, held => {
    const outcomes = appendEvents(held, drafts, options);
    if (options.updatesStatus) foldIntoStatus(held, outcomes, options);
    return outcomes;
  });
}

/** `recordEvents` for one draft. @throws its Failure when it is refused */
export function recordEvent(
  workspace: Workspace,
  agent: string,
  draft: Draft,
  options: RecordOptions,
): Appended {
  const [outcome] = recordEvents(workspace, agent, [draft], options);
  if (outcome instanceof Failure || outcome === undefined) throw outcome;
  return outcome;
}

/**
 * Brings the status up to date with events that were just appended. They are on disk, and a status that cannot be
 * written now can be made from them: that is no failure.
 */
export function foldIntoStatus(held: HeldAgent, outcomes: (Appended | Failure)[], options: DayOptions): void {
  const appended = outcomes.filter((outcome): outcome is Appended => !(outcome instanceof Failure));
  if (appended.length === 0) return;
  try {
    let status = currentStatus(held, options);
    let after: ReturnType<typeof applyReport>;
    for (const outcome of appended) {
      if (outcome.isDuplicate && isTold(status, outcome.event)) continue;
      const next = applyReport(held.agent, status, reportOf(outcome.event, outcome.openSessions));
      if (next) status = after = next;
    }
    if (after) writeStatus(held, after, options.rules);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    options.warn(`the ledger is written, but the status of ${held.agent} is not: ${error.message}`);
  }
}

/** Whether a status is as new as an event: one that was there before is news only after a crash between the two. */
function isTold(status: Partial<AgentStatus> | undefined, event: LedgerEvent): boolean {
  const toldMs = parseTimestamp(status?.updated_at ?? '');
  return toldMs !== undefined && toldMs >= parseTimestamp(event.ts)!;
}
