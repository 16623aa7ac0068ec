/**
 * Workplans against the ledger: pure rules. A status only moves forward. Where the file is ahead the ledger
 * follows (C-10); where the ledger is ahead the file follows (C-13), and is never the reason to go back. What has
 * the same rank and differs is reported and left alone (C-18).
 *
 * The one way back is a deliberate reopening in the ledger. A file that is ahead of it then either was not told
 * yet, and follows, or was set after it, and counts: the time of its status line tells.
 */
import { formatTimestamp } from '../clock.js';
import type { WorkplanTask } from '../workplans/parse.js';
import { type Progress, reopenedMs, statusOf } from '../workplans/progress.js';
import { rankOf, type TaskStatus } from '../workplans/task-status.js';
import { type Finding, finding, type Place } from './finding.js';

/** A task, where it stands and what the ledger says. */
export interface Compared {
  task: WorkplanTask;
  /** Of its status line. */
  place: Place;
  progress: Progress | undefined;
  /** When its status line was written, ms; asked for only where `isDoubtful`. */
  writtenMs?: number | undefined;
}

/** What `--fix` would mend. */
export interface Drift {
  kind: 'file-ahead' | 'ledger-ahead';
  task: WorkplanTask;
  place: Place;
  /** What the ledger says. */
  known: TaskStatus;
  finding: Finding;
}

/** Whether it has to be known when the status line was written: the ledger was reopened, and the file is ahead. */
export function isDoubtful({ task, progress }: Compared): boolean {
  if (progress === undefined || reopenedMs(progress) === undefined) return false;
  return rankOf(task.status) > rankOf(statusOf(progress) ?? 'todo');
}

export function compare(compared: Compared): { findings: Finding[]; drift: Drift | undefined } {
  const { task, place, progress } = compared;
  const findings = [...synonymFindings(compared), ...titleFindings(compared)];
  const known = (progress && statusOf(progress)) ?? 'todo';
  const ahead = rankOf(task.status) - rankOf(known);
  if (ahead === 0) {
    if (progress === undefined) findings.push(unknownFinding(compared));
    else if (known !== task.status) {
      findings.push(
        finding(
          'C-18',
          place,
          `${task.id} is ${task.status} here, ${knownText(known, progress)}`,
          about(task),
        ),
      );
    }
    return { findings, drift: undefined };
  }
  const isStale = isDoubtful(compared) && (compared.writtenMs ?? 0) <= reopenedMs(progress!)!;
  const kind = ahead > 0 && !isStale ? 'file-ahead' : 'ledger-ahead';
  const drift = { kind, task, place, known, finding: driftFinding(kind, compared, known) } as const;
  return { findings: [...findings, drift.finding], drift };
}

/** Whether nothing is to be said of a task. Most are so, and `compare` would only cost. @param known as the ledger has it */
export function isPlainlyInStep(
  { status, synonym, title }: WorkplanTask,
  known: TaskStatus | undefined,
): boolean {
  return status === known && synonym === undefined && title === undefined;
}

const about = ({ id }: WorkplanTask): Partial<Finding> => ({ task: id });

function driftFinding(kind: Drift['kind'], { task, place, progress }: Compared, known: TaskStatus): Finding {
  const ledger = progress ? knownText(known, progress) : 'and the ledger does not know it';
  const more = { ...about(task), isDrift: true };
  if (kind === 'file-ahead')
    return finding('C-10', place, `${task.id} is ${task.status} here, ${ledger}`, more);
  const isBack = rankOf(known) < rankOf(task.status);
  const why = isBack ? '; it was reopened' : '; regression prevented';
  return finding('C-13', place, `${task.id} is ${task.status} here, ${ledger}${why}`, more);
}

function knownText(known: TaskStatus, { agent, lastMs }: Progress): string {
  return `${known} in the ledger (${agent}, ${formatTimestamp(lastMs, 0).slice(0, 16)}Z)`;
}

function unknownFinding({ task, place }: Compared): Finding {
  if (task.hubId === undefined)
    return finding('C-11', place, `the ledger does not know ${task.id}`, about(task));
  return finding(
    'C-03',
    place,
    `the ledger knows neither ${task.id} nor its state_hub_task_id ${task.hubId}`,
    about(task),
  );
}

function synonymFindings({ task, place }: Compared): Finding[] {
  if (task.synonym === undefined) return [];
  return [
    finding('C-19', place, `"${task.synonym}" is read as ${task.status}; write ${task.status}`, about(task)),
  ];
}

function titleFindings({ task, place, progress }: Compared): Finding[] {
  const known = progress?.title?.text;
  if (task.title === undefined || known === undefined || known === task.title) return [];
  return [
    finding(
      'C-05',
      place,
      `${task.id} is called "${task.title}" here, "${known}" in the ledger`,
      about(task),
    ),
  ];
}
