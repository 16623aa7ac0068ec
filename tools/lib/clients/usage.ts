/** Counting tokens: what clients report is repeated, cumulative, or both. */
import type { JsonObject } from '../record/json.js';
import { count } from './payload.js';
import type { Tokens } from './signal.js';

export const NO_TOKENS: Tokens = { input: 0, cached_input: 0, output: 0, reasoning: 0 };

const KEYS = ['input', 'cached_input', 'output', 'reasoning'] as const;

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return { ...a, ...Object.fromEntries(KEYS.map(key => [key, a[key] + b[key]])) };
}

/** What `total` has more than `before`; never less than nothing. */
export function tokensSince(total: Tokens, before: Tokens): Tokens {
  return { ...total, ...Object.fromEntries(KEYS.map(key => [key, Math.max(0, total[key] - before[key])])) };
}

export function isSameTokens(a: Tokens | undefined, b: Tokens | undefined): boolean {
  return KEYS.every(key => a?.[key] === b?.[key]);
}

/** Anthropic counts what came from the cache and what went into it beside `input_tokens`. */
export function claudeTokens(usage: JsonObject): Tokens | undefined {
  const input = count(usage, 'input_tokens');
  if (input === undefined) return undefined;
  const cached = count(usage, 'cache_read_input_tokens') ?? 0;
  return {
    input: input + cached + (count(usage, 'cache_creation_input_tokens') ?? 0),
    cached_input: cached,
    output: count(usage, 'output_tokens') ?? 0,
    reasoning: 0,
  };
}

/** OpenAI counts what came from the cache within `input_tokens`. */
export function codexTokens(usage: JsonObject): Tokens | undefined {
  const input = count(usage, 'input_tokens');
  if (input === undefined) return undefined;
  return {
    input,
    cached_input: count(usage, 'cached_input_tokens') ?? 0,
    output: count(usage, 'output_tokens') ?? 0,
    reasoning: count(usage, 'reasoning_output_tokens') ?? 0,
  };
}
