/**
 * The result of `claude -p --output-format json` (or the last line of `stream-json`): the only place where
 * Claude Code states the cost. A failed run can say `subtype: "success"`, so `is_error` decides.
 */
import type { JsonObject } from '../record/json.js';
import { count, facts, identifier, object, text } from './payload.js';
import type { ClientSignal } from './signal.js';
import { claudeTokens } from './usage.js';

export function claudeResultSignal(payload: JsonObject): ClientSignal {
  const hasFailed = payload.is_error === true || /^error/.test(identifier(payload, 'subtype'));
  const tokens = claudeTokens(object(payload, 'usage'));
  return {
    client: 'claude_code',
    session: identifier(payload, 'session_id'),
    kind: hasFailed ? 'turn_failed' : 'turn_end',
    event: 'result',
    text: text(payload, 'result') ?? text(payload, 'subtype'),
    usage: tokens && { message: 'result', tokens, cost_usd: count(payload, 'total_cost_usd') },
    detail: facts(payload, ['num_turns', 'stop_reason', 'terminal_reason', 'duration_api_ms']),
  };
}
