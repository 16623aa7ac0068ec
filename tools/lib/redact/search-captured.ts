/** Searching captured text, where control sequences may stand between the characters of a token. */
import type { Rules } from './rules.js';
import { searchText } from './search-text.js';
import type { Redacted } from './suspect.js';
import { hasUnseen, stripUnseen } from './view.js';

/** The text without secrets and without what steers a terminal. */
export function searchCaptured(text: string, rules: Rules): Redacted {
  // A sequence that is not finished takes the first letter of a token along: look before as well.
  const before = hasUnseen(text) ? searchText(text, rules) : { text, rules: [] };
  const after = searchText(stripUnseen(before.text), rules);
  return { text: after.text, rules: [...new Set([...before.rules, ...after.rules])] };
}
