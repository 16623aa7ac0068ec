/**
 * Which event began the present state of an agent. Its day files are read from the newest day backwards, and
 * the reports in them compared with the status, newest first: as long as they say the same, the state began
 * with them or earlier. A report that the status was not told of, because it is younger, says nothing; nor
 * does one that came late, after a younger one.
 */
import { closeSync } from 'node:fs';
import { parseTimestamp } from '../clock.js';
import { openForReading } from '../disk/read.js';
import { sessionLine } from '../ledger/day.js';
import { type DayFile, listDayFiles } from '../ledger/day-file.js';
import { EVERYTHING, lineTest } from '../ledger/filter.js';
import { foldSession, type Head } from '../ledger/head.js';
import { scanFile } from '../ledger/scan.js';
import { Skipped } from '../ledger/skipped.js';
import { type AgentStatus, reportOf, type State } from '../status/fold.js';

export interface Beginning {
  ts: string;
  id: string | undefined;
}

/** What of a status says which state is present. */
export type Present = Pick<AgentStatus, 'state' | 'last_task_id' | 'updated_at'>;

export interface Whose {
  root: string;
  agent: string;
  /** Undefined for this checkout. */
  writer: string | undefined;
  sessionIdleMs: number;
}

/**
 * The first of the events without a break that say the present state; while busy, also the present task.
 * Undefined when the newest event that says a state says another one.
 * @throws Failure when a day file cannot be read
 */
export function findBeginning(whose: Whose, status: Present): Beginning | undefined {
  const files = listDayFiles(whose.root, { agent: whose.agent }).filter(file => file.writer === whose.writer);
  const days = [...new Set(files.map(file => file.day))].reverse();
  let beginning: Beginning | undefined;
  for (const day of days) {
    const ofDay = files.filter(file => file.day === day);
    for (const told of reportsOf(ofDay, whose, status).reverse()) {
      const answer = saysSame(told, status);
      if (answer === 'no') return beginning;
      if (answer === 'yes') beginning = { ts: told.ts, id: told.id };
    }
  }
  return beginning;
}

/** `unsure`: an earlier day knows which task was gone on with. */
function saysSame({ state, task }: Told, status: Present): 'yes' | 'no' | 'unsure' {
  if (state !== status.state) return 'no';
  if (state !== 'busy' || task === status.last_task_id) return 'yes';
  return task === null ? 'unsure' : 'no';
}

interface Told extends Beginning {
  state: State;
  /** The task it is about, or went on with; null when this day does not say. */
  task: string | null;
}

/** The reports of one day that say a state and that the status was told of, in the order they took effect. */
function reportsOf(files: DayFile[], { agent, sessionIdleMs }: Whose, status: Present): Told[] {
  const sessions: Pick<Head, 'sessions' | 'open'> = { sessions: 0, open: [] };
  const untilMs = parseTimestamp(status.updated_at)!;
  const told: Told[] = [];
  let newestMs = -Infinity;
  let task: string | null = null;
  for (const { path, day } of files) {
    const file = openForReading(path);
    try {
      scanFile({ file, test: lineTest(EVERYTHING), skipped: new Skipped() }, ({ event }) => {
        foldSession(sessions, { ...sessionLine(event), agent, day }, sessionIdleMs);
        const report = reportOf(event, sessions.open.length);
        const atMs = parseTimestamp(report.at) ?? Infinity;
        if (report.state === undefined || atMs > untilMs || atMs < newestMs) return;
        newestMs = atMs;
        task = report.task_id ?? task;
        told.push({ state: report.state, task, ts: event.ts, id: event.id });
      });
    } finally {
      closeSync(file.fd);
    }
  }
  return told;
}
