/** What a configuration changes about redaction, checked and compiled once. */
import { Failure } from '../failure.js';
import { linearProblem } from './linear.js';

export interface Rules {
  /** A hidden value that one of these matches as a whole is shown. */
  allow: readonly RegExp[];
  /** Patterns of one's own; their matches are hidden under their names. */
  extra: readonly { name: string; pattern: RegExp }[];
}

export interface RedactConfig {
  allow: string[];
  extra: { name: string; pattern: string }[];
}

/** Shorter matches would eat ordinary words. */
const SHORTEST_EXTRA = 4;

/** The rules without any configuration. */
export const BUILT_IN: Rules = { allow: [], extra: [] };

/** @throws Failure `data` for a pattern outside the linear subset, naming the key, the reason and the page */
export function compileRules({ allow, extra }: RedactConfig): Rules {
  if (allow.length === 0 && extra.length === 0) return BUILT_IN;
  return {
    allow: allow.map((source, index) => {
      assertLinear(`redact.allow[${index}]`, source, 1);
      return new RegExp(`^(?:${source})$`);
    }),
    extra: extra.map(({ name, pattern }) => {
      assertLinear(`redact.extra "${name}"`, pattern, SHORTEST_EXTRA);
      return { name, pattern: new RegExp(pattern, 'g') };
    }),
  };
}

function assertLinear(key: string, source: string, minLength: number): void {
  const problem = linearProblem(source, minLength);
  if (problem === undefined) return;
  throw new Failure(
    'data',
    `ledger.config.json: the pattern of ${key} is refused: ${problem} (see REDACTION.md)`,
  );
}
