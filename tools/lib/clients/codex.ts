/**
 * Codex CLI as it calls: hooks in Claude Code's shape, a turn named by `turn_id`; and `notify`, whose JSON is
 * the last argument and has hyphens in its keys. Both name the same session and turn.
 */
import type { JsonObject } from '../record/json.js';
import { claudeSignal } from './claude.js';
import { facts, identifier, text } from './payload.js';
import type { ClientSignal } from './signal.js';

export function codexHookSignal(payload: JsonObject): ClientSignal {
  const signal = claudeSignal(payload);
  return { ...signal, client: 'codex_cli', turn: identifier(payload, 'turn_id') || undefined };
}

export function codexNotifySignal(payload: JsonObject): ClientSignal {
  const event = identifier(payload, 'type');
  return {
    client: 'codex_cli',
    session: identifier(payload, 'thread-id'),
    kind: event === 'agent-turn-complete' ? 'turn_end' : 'other',
    event,
    turn: identifier(payload, 'turn-id') || undefined,
    text: text(payload, 'last-assistant-message'),
    cwd: text(payload, 'cwd'),
    detail: facts(payload, ['client']),
  };
}
