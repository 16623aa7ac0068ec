/** Everything that is known at the end of a run, as notices. */
import { captureEvent } from '../../clients/captured.js';
import { ledgerPaths } from '../../clients/files.js';
import { noteOf } from '../../clients/note.js';
import type { HeardSignal, Notice } from '../../clients/notice.js';
import type { Planned } from '../../clients/plan.js';
import { type Exit, runOutcome } from '../../clients/run-outcome.js';
import { removeFile } from '../../disk/remove.js';
import { waitingNotices } from '../../journal/spool.js';
import { isResuming, isTimeLimited } from './command-line.js';
import type { StreamReader } from './output.js';
import type { RunLedger } from './run-ledger.js';
import { claudeUsage, sessionTotals } from './run-usage.js';
import { basesOf } from './tell.js';

export interface RunEnd {
  ledger: RunLedger;
  spool: string;
  /** Task, source, session, parent and key of the outcome. */
  outcome: Planned;
  command: string[];
  cwd: string;
  exit: Exit;
  reader: StreamReader;
  output: string;
  /** Absolute, from git. */
  files: string[];
  durationMs: number;
  warn: (message: string) => void;
}

type Heard = Notice & { kind: 'signal' } & HeardSignal;

/** @returns the notices to tell, and what to do once they are told */
export function endingOf(run: RunEnd): { notices: Notice[]; forget: () => void } {
  const { ledger, spool, outcome, reader, exit, durationMs, command } = run;
  const waiting = waitingNotices(spool, run.warn);
  const heard = waiting.flatMap(({ notice }) => (notice.kind === 'signal' ? [notice] : []));
  const signals = heard.map(({ signal }) => signal);
  const named = [...reader.stream.files, ...signals.flatMap(({ files }) => files ?? []), ...run.files];
  const ended = runOutcome({
    ...{ task_id: outcome.task_id, source: outcome.source, command: String(outcome.data.command) },
    ...{ exit, durationMs, stream: reader.stream, result: reader.result, heard: signals },
    usage: reader.result?.usage ?? claudeUsage(signals),
    output: run.output,
    files: ledgerPaths(named, basesOf(ledger.place, run.cwd)),
    isTimeLimited: isTimeLimited(command),
  });
  const notes = heard.filter(isNote).map(notice => noteFrom(notice, outcome));
  const totals = sessionTotals(reader.stream, signals, isResuming(command));
  const { event, summary, data } = captureEvent(ended, ledger.capture);
  const told = ledger.notice({ kind: 'run', event: { ...outcome, event, summary, data }, totals });
  const forget = (): void => {
    for (const { path } of waiting) removeFile(path);
  };
  return { notices: [...notes, told], forget };
}

/** What is no part of a turn's beginning or end keeps an event of its own. */
function isNote({ signal: { kind }, recordsTools }: Heard): boolean {
  return kind === 'other' || kind === 'notification' || (kind === 'tool' && recordsTools);
}

function noteFrom(
  { at, worktree, signal, bases }: Heard,
  { task_id, parent_id, session_id }: Planned,
): Notice {
  return {
    at,
    worktree,
    kind: 'event',
    event: { ...noteOf(signal, { task_id, parent_id, bases }), session_id },
  };
}
