/** What makes a value a status. */
import { isStatus } from './generated/is-status.js';
import { describeStatus } from './problem.late.js';

/** What the schema finds wrong with a value, as one phrase; undefined when it is a status. */
export function statusProblem(value: unknown): string | undefined {
  return isStatus(value) ? undefined : describeStatus(value);
}
