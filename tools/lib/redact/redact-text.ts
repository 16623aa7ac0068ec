/**
 * Hiding secrets in text. What is found is replaced by `[redacted:<rule>]`; all else stays as it is. Most texts are
 * not worth a search, and are told so by a look.
 */
import type { Rules } from './rules.js';
import { searchNamePart, searchTextPart } from './search.late.js';
import { isSuspect, isSuspectName, type Redacted } from './suspect.js';

/** Hides every secret in the text. */
export function redactText(text: string, rules: Rules): Redacted {
  return isSuspect(text, rules) ? searchTextPart(text, rules) : { text, rules: [] };
}

/** Hides what is unmistakable by its shape alone: for ids and names, where `fix-token:abc123` is no secret. */
export function redactName(text: string, rules: Rules): Redacted {
  return isSuspectName(text, rules) ? searchNamePart(text, rules) : { text, rules: [] };
}
