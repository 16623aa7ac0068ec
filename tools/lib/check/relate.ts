/** What tasks of workplans refer to: each other, and the ledger. */
import type { TaskProgress } from '../workplans/task-progress.js';
import { type Finding, finding } from './finding.js';
import type { PlacedTask } from './survey.js';

export interface TaskIndex {
  /** By its id, the first task that has it. */
  first: Map<string, PlacedTask>;
  /** Ids that more than one task has. */
  twice: Set<string>;
}

export function indexTasks(tasks: PlacedTask[]): TaskIndex {
  const first = new Map<string, PlacedTask>();
  const twice = new Set<string>();
  for (const placed of tasks) {
    const { id } = placed.task;
    if (first.has(id)) twice.add(id);
    else first.set(id, placed);
  }
  return { first, twice };
}

/** C-17: every task but the first of an id. */
export function duplicateFindings(tasks: PlacedTask[], { first, twice }: TaskIndex): Finding[] {
  if (twice.size === 0) return [];
  return tasks.flatMap(placed => {
    const { plan, task } = placed;
    const other = first.get(task.id)!;
    if (other === placed || !(plan.isAskedFor || other.plan.isAskedFor)) return [];
    const where = `${other.plan.shown}:${other.task.line}`;
    const place = { path: plan.shown, line: task.line };
    return [finding('C-17', place, `${task.id} is there already, at ${where}`, { task: task.id })];
  });
}

/** C-03: what a task waits for is neither in a workplan nor in the ledger. */
export function referenceFindings(
  tasks: PlacedTask[],
  { first }: TaskIndex,
  progress: TaskProgress,
): Finding[] {
  const findings: Finding[] = [];
  for (const { plan, task } of tasks) {
    if (!plan.isAskedFor) continue;
    for (const id of task.dependsOn) {
      if (first.has(id) || progress.of({ id, hubId: undefined })) continue;
      const place = { path: plan.shown, line: task.line };
      const message = `${task.id} waits for ${id}, which does not exist`;
      findings.push(finding('C-03', place, message, { task: task.id }));
    }
  }
  return findings;
}

/** C-12: tasks of the ledger that no workplan has. */
export function strayFindings(tasks: PlacedTask[], { first }: TaskIndex, progress: TaskProgress): Finding[] {
  const hubIds = new Set<string>();
  for (const { task } of tasks) if (task.hubId !== undefined) hubIds.add(task.hubId);
  const findings: Finding[] = [];
  for (const id of progress.ids()) {
    if (first.has(id) || hubIds.has(id)) continue;
    const { agent } = progress.of({ id, hubId: undefined })!;
    const place = { path: `g/ledger/${agent}`, line: 1 };
    findings.push(finding('C-12', place, `${id} is in no workplan`, { task: id }));
  }
  return findings;
}
