/** What is wrong with a record: said only where something is. */
import { validateEvent } from './generated/validate-event.js';
import { validateStatus } from './generated/validate-status.js';
import { describeProblem, type SchemaProblem } from './problem.js';

/** One phrase for the first problem of a value that is no event. */
export function describeEvent(value: unknown): string {
  validateEvent(value);
  return describeProblem(validateEvent.errors as SchemaProblem[]);
}

/** One phrase for the first problem of a value that is no status. */
export function describeStatus(value: unknown): string {
  validateStatus(value);
  return describeProblem(validateStatus.errors as SchemaProblem[]);
}
