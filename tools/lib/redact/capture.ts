/**
 * Text captured from clients and commands: what steers a terminal goes first, so that a coloured token is seen
 * whole; secrets are hidden in all of it; last it is cut, so that no secret loses its tail and is missed.
 */
import { type Redacted, redactText } from './redact-text.js';
import type { Rules } from './rules.js';
import { hasUnseen, stripUnseen } from './view.js';

export interface Captured extends Redacted {
  isTruncated: boolean;
}

/** The most code points kept of a captured text, its ending included. */
const LONGEST = 1000;
const ENDING = '… (truncated)';

/** Give it the whole text: what was cut before may hold half a secret. */
export function captureText(text: string, rules: Rules): Captured {
  const safe = redactCaptured(text, rules);
  const kept = truncate(safe.text);
  return { ...safe, text: kept, isTruncated: kept !== safe.text };
}

/** The same without the cut. */
export function redactCaptured(text: string, rules: Rules): Redacted {
  // A sequence that is not finished takes the first letter of a token along: look before as well.
  const before = hasUnseen(text) ? redactText(text, rules) : { text, rules: [] };
  const after = redactText(stripUnseen(before.text), rules);
  return { text: after.text, rules: [...new Set([...before.rules, ...after.rules])] };
}

/** By whole code points. */
function truncate(text: string): string {
  if (text.length <= LONGEST) return text;
  const head = Array.from(text.slice(0, LONGEST * 2 + 2));
  if (head.length <= LONGEST) return text;
  return head.slice(0, LONGEST - ENDING.length).join('') + ENDING;
}
