/**
 * Text captured from clients and commands: what steers a terminal goes first, so that a coloured token is seen
 * whole; secrets are hidden in all of it; last it is cut, so that no secret loses its tail and is missed.
 */
import type { Rules } from './rules.js';
import { searchCapturedPart } from './search.late.js';
import { CUT_ENDING, isSuspect, type Redacted } from './suspect.js';

export interface Captured extends Redacted {
  isTruncated: boolean;
}

/** The most code points kept of a captured text, its ending included. */
const LONGEST = 1000;

/** Give it the whole text: what was cut before may hold half a secret. */
export function captureText(text: string, rules: Rules): Captured {
  const safe = redactCaptured(text, rules);
  const kept = truncate(safe.text);
  return { ...safe, text: kept, isTruncated: kept !== safe.text };
}

/** The same without the cut. */
export function redactCaptured(text: string, rules: Rules): Redacted {
  // What is not suspect is plain ASCII, in which nothing is unseen.
  return isSuspect(text, rules) ? searchCapturedPart(text, rules) : { text, rules: [] };
}

/** By whole code points. */
function truncate(text: string): string {
  if (text.length <= LONGEST) return text;
  const head = Array.from(text.slice(0, LONGEST * 2 + 2));
  if (head.length <= LONGEST) return text;
  return head.slice(0, LONGEST - CUT_ENDING.length).join('') + CUT_ENDING;
}
