/** What a run used, as far as streams and transcripts tell. */
import type { CodexStream } from '../../clients/codex-stream.js';
import type { SessionTotal } from '../../clients/notice.js';
import type { ClientSignal } from '../../clients/signal.js';
import type { Usage } from '../../clients/state.js';
import { addTokens } from '../../clients/usage.js';
import { openTranscript } from '../../journal/transcript.js';

/** Totals of Codex' sessions: from the stream, else from the transcripts that hooks named. */
export function sessionTotals(
  { thread, total }: CodexStream,
  heard: ClientSignal[],
  isResumed: boolean,
): SessionTotal[] {
  const streamed = thread !== '' && total !== undefined ? [{ session: thread, total, isResumed }] : [];
  const noted = lastOfEach(heard, 'codex_cli').flatMap(({ session, transcript }) => {
    if (session === thread) return [];
    const usage = openTranscript('codex_cli', transcript)?.usageSince(undefined);
    return usage === undefined ? [] : [{ session, total: usage.tokens, isResumed }];
  });
  return [...streamed, ...noted];
}

/** Claude Code's usage by its transcripts. Of a session that was resumed only the last turn can be told. */
export function claudeUsage(heard: ClientSignal[]): Usage | undefined {
  let usage: Usage | undefined;
  for (const { session, transcript } of lastOfEach(heard, 'claude_code')) {
    const isResumed = heard.some(signal => signal.session === session && signal.detail?.source === 'resume');
    const found = openTranscript('claude_code', transcript)?.usageSince(isResumed ? undefined : 0);
    if (found === undefined) continue;
    usage = { tokens: usage === undefined ? found.tokens : addTokens(usage.tokens, found.tokens) };
  }
  return usage;
}

/** The last signal of each session that names a transcript. */
function lastOfEach(heard: ClientSignal[], client: ClientSignal['client']): ClientSignal[] {
  const named = heard.filter(signal => signal.client === client && signal.transcript !== undefined);
  return [...new Map(named.map(signal => [signal.session, signal])).values()];
}
