/** Hiding secrets in JSON values: the result has the same shape, and is the same object when nothing fired. */
import type { Rules } from './rules.js';
import { searchDataPart } from './search.late.js';
import { isSuspectValue, type RedactedData } from './suspect.js';

export function redactData(data: Record<string, unknown>, rules: Rules): RedactedData {
  return isSuspectValue(data, rules) ? searchDataPart(data, rules) : { data, rules: [] };
}
