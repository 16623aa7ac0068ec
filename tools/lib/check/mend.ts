/** What `--fix` does: files that are ahead are recorded in the ledger, and what the ledger knows is written back. */
import { relative } from 'node:path';
import { Failure } from '../failure.js';
import { type RecordOptions, recordEvent } from '../journal/record.js';
import type { Workspace } from '../root/workspace.js';
import { amendStatuses } from '../workplans/amend-statuses.js';
import type { Writing } from '../workplans/commit-files.js';
import type { StatusChange } from '../workplans/edit-status.js';
import type { Gate } from '../workplans/gate.js';
import { type FileChanges, writeBack } from '../workplans/write-back.js';
import type { Drift } from './compare.js';
import { type Finding, finding } from './finding.js';
import { waitingFinding } from './gate-finding.js';
import type { SurveyedPlan } from './survey.js';

export interface PlanDrift extends Drift {
  plan: SurveyedPlan;
}

export interface Mending {
  workspace: Workspace;
  /** In whose ledger it is recorded. */
  agent: string;
  options: RecordOptions;
}

/** Records a status that the file has. Its finding then says so. */
export function recordStatus(
  { workspace, agent, options }: Mending,
  { task, known, plan, finding }: PlanDrift,
): void {
  const file = relative(workspace.root, plan.path);
  const draft = {
    ...{ event: 'info', task_id: task.id, source: 'ledger-check' },
    summary: `${task.id} is ${task.status} in its workplan`,
    data: {
      task_status: task.status,
      was: known,
      ...(!file.startsWith('..') && { workplan: file }),
      ...(task.title !== undefined && { title: task.title }),
    },
  };
  recordEvent(workspace, agent, draft, options);
  settle(finding, 'recorded in the ledger');
}

function settle(mended: Finding, how: string): void {
  mended.message += `; ${how}`;
  mended.isDrift = false;
}

/** Writes statuses back in one repository. @returns what could not be done */
export async function writeBackAll(
  writing: Writing & { today: string },
  drifts: PlanDrift[],
  { upstream, theirs, shown }: Gate & { shown: string },
): Promise<Finding[]> {
  const files = filesOf(drifts, path => relative(writing.repository.top, path));
  try {
    const { fate, leftOut } = await writeBack({ ...writing, upstream }, files);
    const done = drifts.filter(({ plan }) => !leftOut.has(plan.path));
    if (fate !== 'overtaken') for (const drift of done) settle(drift.finding, 'written back');
    const findings = [...leftOut].map(([path, failure]) => leftOutFinding(drifts, path, failure));
    if (fate === 'overtaken') findings.push(overtaken(shown));
    if (fate === 'waits' && (upstream || theirs > 0)) findings.push(waitingFinding(shown, 1, theirs));
    return findings;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [finding('C-00', { path: shown, line: 1 }, `nothing was written back: ${error.message}`)];
  }
}

/** Writes statuses back where no repository keeps the files. @returns what could not be done */
export async function amendAll(drifts: PlanDrift[]): Promise<Finding[]> {
  const leftOut = await amendStatuses(filesOf(drifts, path => path));
  for (const { plan, finding } of drifts) if (!leftOut.has(plan.path)) settle(finding, 'written back');
  return [...leftOut].map(([path, failure]) => leftOutFinding(drifts, path, failure));
}

function filesOf(drifts: PlanDrift[], nameOf: (path: string) => string): FileChanges[] {
  const files = new Map<string, StatusChange[]>();
  for (const { plan, task, known } of drifts) {
    const changes = files.get(plan.path) ?? [];
    changes.push({ id: task.id, from: task.status, to: known });
    files.set(plan.path, changes);
  }
  return [...files].map(([path, changes]) => ({ path, name: nameOf(path), changes }));
}

function leftOutFinding(drifts: PlanDrift[], path: string, failure: Failure): Finding {
  const { place } = drifts.find(({ plan }) => plan.path === path)!;
  const isEdited = failure.kind === 'no' || failure.kind === 'contention';
  const message = isEdited ? `passed over: ${failure.message}` : failure.message;
  return finding(isEdited ? 'C-15' : 'C-00', { path: place.path, line: 1 }, message);
}

function overtaken(shown: string): Finding {
  const message = 'somebody else pushed meanwhile, so the commit was taken back; pull before fixing';
  return finding('C-14', { path: shown, line: 1 }, message, { severity: 'WARN' });
}
