/** What a run used, from the totals of the sessions it worked in. */
import type { EndedRun } from '../clients/notice.js';
import type { Planned } from '../clients/plan.js';
import type { Tokens } from '../clients/signal.js';
import { addTokens, tokensSince } from '../clients/usage.js';
import type { HeldAgent } from '../root/workspace.js';
import { readClientState, writeClientState } from './client-state.js';

/**
 * The event of a run with its tokens: each total less what its session had before, which is remembered. Of a
 * session that was resumed and is not known here only the total can be told.
 */
export function withTokens(held: HeldAgent, { event, totals }: EndedRun): Planned {
  let tokens: Tokens | undefined;
  let sessionTokens: Tokens | undefined;
  for (const { session, total, isResumed } of totals) {
    const state = readClientState(held, { client: 'codex_cli', session });
    const isKnown = state.isCounted === true;
    if (isResumed && !isKnown) sessionTokens = total;
    else {
      const used = tokensSince(total, state.counted);
      tokens = tokens === undefined ? used : addTokens(tokens, used);
    }
    writeClientState(held, { ...state, counted: total, isCounted: true, turn: undefined });
  }
  return {
    ...event,
    data: {
      ...event.data,
      ...(tokens !== undefined && { tokens }),
      ...(sessionTokens !== undefined && { session_tokens: sessionTokens }),
    },
  };
}
