/**
 * The order of the steps of a plan. Steps run one after the other: each once everything it needs is done, and
 * among those that are ready the one that stands first in the plan. So the same plan always runs in the same
 * order.
 */
import { Failure } from '../failure.js';

interface Needing {
  id: string;
  needs: readonly string[];
}

/** @throws Failure `data` for a step named twice, a need that is no step, and a cycle, which is named */
export function orderSteps<Step extends Needing>(steps: readonly Step[]): Step[] {
  const byId = new Map(steps.map(step => [step.id, step]));
  if (byId.size < steps.length) {
    const twice = steps.find((step, index) => steps.findIndex(({ id }) => id === step.id) !== index)!;
    throw new Failure('data', `the plan has two steps "${twice.id}"; give each a name of its own`);
  }
  for (const { id, needs } of steps) {
    const unknown = needs.find(need => !byId.has(need));
    if (unknown !== undefined)
      throw new Failure('data', `step "${id}" needs "${unknown}", which is not in the plan`);
  }
  const ordered: Step[] = [];
  const waiting = new Map(steps.map(step => [step.id, new Set(step.needs)]));
  while (ordered.length < steps.length) {
    const next = steps.find(({ id }) => waiting.get(id)?.size === 0);
    if (!next) throw new Failure('data', `the plan goes in a circle: ${cycleIn(byId, waiting)}`);
    ordered.push(next);
    waiting.delete(next.id);
    for (const needs of waiting.values()) needs.delete(next.id);
  }
  return ordered;
}

/** `a → b → a`: each needs the one before it. */
function cycleIn(steps: Map<string, Needing>, waiting: Map<string, Set<string>>): string {
  const path: string[] = [];
  let id = waiting.keys().next().value!;
  while (!path.includes(id)) {
    path.unshift(id);
    id = steps.get(id)!.needs.find(need => waiting.has(need))!;
  }
  return [id, ...path.slice(0, path.indexOf(id) + 1)].join(' → ');
}

/** A step and every step that needs it, directly or not. */
export function dependentsOf(steps: readonly Needing[], id: string): Set<string> {
  const found = new Set([id]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const step of steps) if (step.needs.some(need => found.has(need))) found.add(step.id);
  }
  return found;
}
