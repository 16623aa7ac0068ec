/** What a turn cost: from reports the client sent, else from its transcript. */
import type { Transcript } from './plan.js';
import type { ClientState, Outcome, Usage } from './state.js';
import { addTokens, isSameTokens, NO_TOKENS, tokensSince } from './usage.js';

export interface Account {
  usage?: Usage | undefined;
  counted: ClientState['counted'];
}

/** The usage of the turn that ends now. */
export function accountTurn(state: ClientState, transcript: Transcript | undefined): Account {
  const reports = Object.values(state.turn?.usage ?? {});
  if (reports.length > 0) return { usage: sumOf(reports), counted: state.counted };
  return accountFrom(state, transcript, { from: state.turn?.from });
}

/** The usage of a turn that has ended, now that its transcript has grown. */
export function accountAgain(
  state: ClientState,
  transcript: Transcript | undefined,
  outcome: Outcome,
): Account {
  if (transcript === undefined || transcript.size <= (outcome.upTo ?? transcript.size)) {
    return { usage: outcome.usage, counted: state.counted };
  }
  return accountFrom(state, transcript, outcome);
}

/** What a client's totals say before a turn begins: none of it is the turn's. */
export function countedBefore(state: ClientState, transcript: Transcript | undefined): Account['counted'] {
  const found = state.client === 'codex_cli' ? transcript?.usageSince(undefined) : undefined;
  return found?.covers === 'session' ? found.tokens : state.counted;
}

function accountFrom(
  { counted }: ClientState,
  transcript: Transcript | undefined,
  { from, usage }: Pick<Outcome, 'from' | 'usage'>,
): Account {
  const found = transcript?.usageSince(from);
  if (found === undefined) return { usage, counted };
  if (found.covers === 'lines') return { usage: { ...usage, tokens: found.tokens }, counted };
  const more = tokensSince(found.tokens, counted);
  if (isSameTokens(more, NO_TOKENS)) return { usage, counted };
  return { usage: { ...usage, tokens: addTokens(usage?.tokens ?? NO_TOKENS, more) }, counted: found.tokens };
}

function sumOf(reports: Usage[]): Usage {
  const costs = reports.flatMap(({ cost_usd }) => (cost_usd === undefined ? [] : [cost_usd]));
  return {
    tokens: reports.reduce((sum, { tokens }) => addTokens(sum, tokens), NO_TOKENS),
    cost_usd: costs.length === 0 ? undefined : costs.reduce((sum, cost) => sum + cost, 0),
  };
}

/** The keys of `data` that usage fills. */
export function usageData(usage: Usage | undefined): Record<string, unknown> {
  return {
    ...(usage !== undefined && { tokens: usage.tokens }),
    ...(usage?.cost_usd !== undefined && { cost_usd: usage.cost_usd }),
  };
}
