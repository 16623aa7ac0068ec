/** Hiding secrets in JSON values: the result has the same shape, and is the same object when nothing fired. */
import type { Rules } from './rules.js';
import { mayFindPart, searchDataPart } from './search.late.js';
import { isSuspect, mayTell, type RedactedData } from './suspect.js';

export function redactData(data: Record<string, unknown>, rules: Rules): RedactedData {
  return isWorthSearch(data, rules) ? searchDataPart(data, rules) : { data, rules: [] };
}

/** Whether a JSON value may hold a secret, or a name that tells of one. */
export function isWorthSearch(value: unknown, rules: Rules): boolean {
  if (typeof value === 'string') return isTextWorthSearch(value, rules);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(item => isOption(item) || isWorthSearch(item, rules));
  // What JSON.parse made inherits nothing that is enumerable.
  for (const name in value) {
    if (isNameWorthSearch(name, rules)) return true;
    if (isWorthSearch((value as Record<string, unknown>)[name], rules)) return true;
  }
  return false;
}

const isTextWorthSearch = (text: string, rules: Rules): boolean =>
  isSuspect(text, rules) && mayFindPart(text, rules);

/** In a command line, it may tell that its neighbour is a secret. */
const isOption = (item: unknown): boolean => typeof item === 'string' && item.startsWith('-');

/** Names come again and again: those that were harmless under the built-in rules. */
const harmless = new Set<string>();
const MOST_HARMLESS = 1000;
const LONGEST_HARMLESS = 64;

function isNameWorthSearch(name: string, rules: Rules): boolean {
  if (rules.extra.length === 0 && harmless.has(name)) return false;
  // What stands under `value` may be told of by its neighbour.
  if (mayTell(name) || /^value$/i.test(name) || isTextWorthSearch(name, rules)) return true;
  if (harmless.size < MOST_HARMLESS && name.length <= LONGEST_HARMLESS) harmless.add(name);
  return false;
}
