/** The search for secrets as a part of its own: what a call whose texts are not suspect does not load. */
import type { Rules } from './rules.js';
import { searchCaptured } from './search-captured.js';
import { searchData } from './search-data.js';
import { mayFind, searchName, searchText } from './search-text.js';
import type { Redacted, RedactedData } from './suspect.js';

export function mayFindPart(text: string, rules: Rules): boolean {
  return mayFind(text, rules);
}

export function searchTextPart(text: string, rules: Rules): Redacted {
  return searchText(text, rules);
}

export function searchNamePart(text: string, rules: Rules): Redacted {
  return searchName(text, rules);
}

export function searchDataPart(data: Record<string, unknown>, rules: Rules): RedactedData {
  return searchData(data, rules);
}

export function searchCapturedPart(text: string, rules: Rules): Redacted {
  return searchCaptured(text, rules);
}
