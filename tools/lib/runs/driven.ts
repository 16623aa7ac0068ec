/** A run that this process drives, and the one way in which anything about it is written down. */
import type { Lease } from '../claims/lease.js';
import type { Config } from '../record/config.js';
import type { RunClaim } from './claim.js';
import type { Entry, News } from './entry.js';
import { applyEntry } from './fold.js';
import { appendEntries, type RunLog } from './log.js';
import type { AgentMessage } from './messages.js';
import { nextMove, type RunFold } from './move.js';
import { tellEntries } from './tell.js';
import { writeState } from './view.js';

/** What somebody who watches is told. */
export interface Watcher {
  onEntry(entry: Entry, run: RunFold): void;
  onMessage(message: AgentMessage, step: string): void;
}

/** What a run is driven with. */
export interface Driver {
  settings: Config['runs'];
  environment: Record<string, string | undefined>;
  isOnTerminal: boolean;
  /** Somebody asks for the end of this process. */
  stop: AbortSignal;
  watcher: Watcher;
  warn(message: string): void;
}

/** This process holds the lock on it. */
export interface DrivenRun extends Driver {
  run: RunFold;
  directory: string;
  log: RunLog;
  claim: RunClaim;
  lease: Lease;
  /** Entries that go to the log with the next one. */
  pending: News[];
  /** Entries of the log that are told with those of the next. */
  untold: Entry[];
}

/**
 * Writes what happened: to the log, synced; then to the ledgers; then to the state. What the end of the run follows
 * from is told with the end, which is written at once.
 * @param afterLog what has to follow the log before anything else
 */
export function advance(driven: DrivenRun, news: News[], afterLog?: () => void): void {
  const { run, log } = driven;
  const entries = appendEntries(log, [...driven.pending, ...news]);
  driven.pending = [];
  afterLog?.();
  for (const entry of entries) applyEntry(run, entry);
  driven.untold.push(...entries);
  const isAboutToEnd = run.status === 'running' && nextMove(run).kind !== 'step';
  if (!isAboutToEnd) tell(driven);
}

function tell(driven: DrivenRun): void {
  const { run, claim, directory, watcher, untold } = driven;
  driven.untold = [];
  tellEntries(claim, run, untold);
  writeState(directory, run);
  for (const entry of untold) watcher.onEntry(entry, run);
}
