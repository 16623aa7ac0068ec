/** What is wrong with a record of a run: said only where something is. */
import { validateEventMessage } from '../record/generated/validate-event-message.js';
import { validateHeartbeat } from '../record/generated/validate-heartbeat.js';
import { validateLog } from '../record/generated/validate-log.js';
import { validateMockScript } from '../record/generated/validate-mock-script.js';
import { validatePlan } from '../record/generated/validate-plan.js';
import { validateReceipt } from '../record/generated/validate-receipt.js';
import { validateRunEntry } from '../record/generated/validate-run-entry.js';
import { describeProblem, type SchemaProblem } from '../record/problem.js';

const VALIDATORS = {
  event: validateEventMessage,
  heartbeat: validateHeartbeat,
  log: validateLog,
  script: validateMockScript,
  plan: validatePlan,
  receipt: validateReceipt,
  entry: validateRunEntry,
};

/** One phrase for the first problem of a value that is no record of this kind. */
export function describeRecord(kind: keyof typeof VALIDATORS, value: unknown): string {
  const validate = VALIDATORS[kind];
  validate(value);
  return describeProblem(validate.errors as SchemaProblem[]);
}
