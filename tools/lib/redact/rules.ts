/** What a configuration changes about redaction, checked and compiled once. */
import { compileGiven } from './compile-rules.late.js';

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

/** The rules without any configuration. */
export const BUILT_IN: Rules = { allow: [], extra: [] };

/** @throws Failure `data` for a pattern outside the linear subset, naming the key, the reason and the page */
export function compileRules(config: RedactConfig): Rules {
  return config.allow.length === 0 && config.extra.length === 0 ? BUILT_IN : compileGiven(config);
}
