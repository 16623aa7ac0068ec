/** Checking and compiling the patterns of a configuration. */
import { Failure } from '../failure.js';
import { linearProblem } from './linear.js';
import type { RedactConfig, Rules } from './rules.js';

/** Shorter matches would eat ordinary words. */
const SHORTEST_EXTRA = 4;

/** @throws Failure `data` for a pattern outside the linear subset, naming the key, the reason and the page */
export function compileGiven({ allow, extra }: RedactConfig): Rules {
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
