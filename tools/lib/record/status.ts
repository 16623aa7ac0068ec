/** What makes a value a status. */
import { validateStatus } from './generated/validate-status.js';
import { describeProblem, type SchemaProblem } from './problem.js';

/** What the schema finds wrong with a value, as one phrase; undefined when it is a status. */
export function statusProblem(value: unknown): string | undefined {
  return validateStatus(value) ? undefined : describeProblem(validateStatus.errors as SchemaProblem[]);
}
