/**
 * Telling the ledgers: every entry of a run's log is also an event of the agent it concerns. The key of the event
 * names the entry, so an entry that is told again after a crash is one event.
 */
import { existsSync } from 'node:fs';
import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { recordEvents } from '../journal/record.js';
import type { Draft } from '../ledger/append.js';
import type { DayOptions } from '../ledger/day.js';
import { dayFilePath } from '../ledger/day-file.js';
import { ledgerAgent } from '../record/ids.js';
import type { Workspace } from '../root/workspace.js';
import type { Entry, ResultNews } from './entry.js';
import { readEntries } from './log.js';
import type { RunFold } from './move.js';

interface Telling {
  workspace: Workspace;
  options: DayOptions;
}

/**
 * @param isLate they may have been told before: each is looked for where its time says
 * @throws Failure `disk`, `contention`: the run must not go on untold
 */
export function tellEntries(
  { workspace, options }: Telling,
  run: RunFold,
  entries: Entry[],
  isLate = false,
): void {
  const drafts = new Map<string, Draft[]>();
  for (const entry of entries) {
    const { agent, ...draft } = eventOf(run, entry);
    if (isLate && isArchived(workspace, agent, entry.ts)) continue;
    const ofAgent = drafts.get(agent) ?? [];
    ofAgent.push({ ...draft, ...(isLate && { ts: entry.ts }) });
    drafts.set(agent, ofAgent);
  }
  for (const [agent, ofAgent] of drafts) {
    const outcomes = recordEvents(workspace, agent, ofAgent, { ...options, updatesStatus: true });
    const refused = outcomes.find(outcome => outcome instanceof Failure);
    if (refused) throw refused;
  }
}

/** What a process writes in one go: a crash can have left no more than that untold. */
const MOST_UNTOLD = 64;

/** Tells the newest entries of a log, which a process that died may have left untold. */
export function tellAgain(
  telling: Telling,
  { directory, run }: { directory: string; run: RunFold },
  warn: (message: string) => void,
): void {
  const last: Entry[] = [];
  for (const entry of readEntries(directory, warn)) {
    last.push(entry);
    if (last.length > MOST_UNTOLD) last.shift();
  }
  tellEntries(telling, run, last, true);
}

const KEPT_MS = 172_800_000;

/** Whether the day is gone, together with what was told of it. */
function isArchived({ root, clock }: Workspace, agent: string, ts: string): boolean {
  const isOld = parseTimestamp(ts)! < clock.nowMs() - KEPT_MS;
  return isOld && !existsSync(dayFilePath(root, agent, ts.slice(0, 10)));
}

type Told = Pick<Draft, 'event' | 'summary'> & { data: Record<string, unknown> };

function eventOf(run: RunFold, entry: Entry): Draft & { agent: string } {
  const { started } = run;
  const step = 'step' in entry ? run.byId.get(entry.step)?.step : undefined;
  const { event, summary, data } = toldOf(run, entry);
  const of = { id: started.run, op: entry.op, seq: entry.seq };
  return {
    agent: step?.agent ?? ledgerAgent(started.owner),
    ...{ event, summary, task_id: started.task_id, source: 'ledger-run' },
    data: { ...data, run: { ...of, ...(step && 'iteration' in entry && inStep(entry)) } },
    idempotency_key: `${started.run}:${entry.seq}`,
    firstWins: true,
  };
}

function inStep(entry: Entry & { step: string; iteration: number }): object {
  const { step, iteration } = entry;
  return {
    ...{ step, iteration },
    ...('attempt' in entry && { attempt: entry.attempt, idempotency_key: entry.idempotency_key }),
  };
}

function toldOf({ started, plan, byId }: RunFold, entry: Entry): Told {
  const { run } = started;
  switch (entry.op) {
    case 'started':
      return { event: 'info', summary: `${run} started: ${plan.steps.length} steps`, data: {} };
    case 'resumed':
      return { event: 'info', summary: `${run} resumed`, data: { changed_files: entry.changed_files } };
    case 'intent': {
      const { action, expected_outputs } = byId.get(entry.step)!.step;
      const data = { task_type: action, target_files: expected_outputs };
      return { event: 'task_start', summary: nameOf(entry), data };
    }
    case 'result':
      return resultTold(entry);
    case 'redo':
      return { event: 'info', summary: `${nameOf(entry)} is done again: ${entry.reason}`, data: {} };
    case 'completed':
      return { event: 'info', summary: `${run} completed`, data: {} };
    case 'failed':
    case 'aborted':
      return { event: 'info', summary: `${run} ${entry.op}: ${entry.reason}`.slice(0, 1000), data: {} };
  }
}

function resultTold(result: Entry & ResultNews): Told {
  const { outcome, reason, exit_code, duration_ms, artifacts } = result;
  if (outcome === 'failed') {
    const summary = `${nameOf(result)} failed: ${reason}`.slice(0, 1000);
    return { event: 'error', summary, data: { error: reason, exit_code, duration_ms } };
  }
  const status = outcome === 'done' ? 'success' : outcome;
  const files_touched = artifacts.slice(0, 100).map(({ path }) => path);
  const summary = `${nameOf(result)} ${outcome === 'done' ? 'is done' : 'asks for changes'}`;
  return { event: 'task_result', summary, data: { status, duration_ms, exit_code, files_touched } };
}

/** `review`, and from the second iteration on `review #2`. */
export function nameOf({ step, iteration }: { step: string; iteration: number }): string {
  return iteration === 1 ? step : `${step} #${iteration}`;
}
