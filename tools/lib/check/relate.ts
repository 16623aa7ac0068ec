/** What tasks of workplans refer to: each other, and the ledger. */
import type { TaskProgress } from '../workplans/task-progress.js';
import { type Finding, finding } from './finding.js';
import type { PlacedTask } from './survey.js';

/** Ids that more than one task has. */
export function duplicateIds(tasks: PlacedTask[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { task } of tasks) (seen.has(task.id) ? twice : seen).add(task.id);
  return twice;
}

/** C-17: every task but the first of an id. */
export function duplicateFindings(tasks: PlacedTask[]): Finding[] {
  const first = new Map<string, PlacedTask>();
  return tasks.flatMap(placed => {
    const { plan, task } = placed;
    const other = first.get(task.id);
    if (other === undefined) first.set(task.id, placed);
    if (other === undefined || !(plan.isAskedFor || other.plan.isAskedFor)) return [];
    const where = `${other.plan.shown}:${other.task.line}`;
    const place = { path: plan.shown, line: task.line };
    return [finding('C-17', place, `${task.id} is there already, at ${where}`, { task: task.id })];
  });
}

/** C-03: what a task waits for is neither in a workplan nor in the ledger. */
export function referenceFindings(tasks: PlacedTask[], progress: TaskProgress): Finding[] {
  const ids = new Set(tasks.map(({ task }) => task.id));
  return tasks.flatMap(({ plan, task }) => {
    if (!plan.isAskedFor) return [];
    const missing = task.dependsOn.filter(id => !ids.has(id) && !progress.of({ id, hubId: undefined }));
    if (missing.length === 0) return [];
    const place = { path: plan.shown, line: task.line };
    return missing.map(id =>
      finding('C-03', place, `${task.id} waits for ${id}, which does not exist`, { task: task.id }),
    );
  });
}

/** C-12: tasks of the ledger that no workplan has. */
export function strayFindings(tasks: PlacedTask[], progress: TaskProgress): Finding[] {
  const ids = new Set(tasks.map(({ task }) => task.id));
  for (const { task } of tasks) if (task.hubId !== undefined) ids.add(task.hubId);
  const strays = [...progress.ids()].filter(id => !ids.has(id));
  return strays.map(id => {
    const { agent } = progress.of({ id, hubId: undefined })!;
    const place = { path: `g/ledger/${agent}`, line: 1 };
    return finding('C-12', place, `${id} is in no workplan`, { task: id });
  });
}
