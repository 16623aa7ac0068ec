/**
 * Who is calling? Told by the shape of the payload alone: several clients run hooks that were installed for
 * another, and set its environment variables too.
 */
import type { JsonObject } from '../record/json.js';
import { claudeSignal } from './claude.js';
import { codexHookSignal, codexNotifySignal } from './codex.js';
import { copilotClaudeSignal, copilotSignal } from './copilot.js';
import { cursorSignal } from './cursor.js';
import { GEMINI_EVENTS, geminiSignal } from './gemini.js';
import { opencodeSignal } from './opencode.js';
import { identifier, text } from './payload.js';
import { claudeResultSignal } from './result-line.js';
import type { ClientSignal } from './signal.js';

/** @returns what the client says; undefined when the payload has no client's shape */
export function recogniseSignal(payload: JsonObject): ClientSignal | undefined {
  if (text(payload, 'hook_event_name') !== undefined) return hookSignal(payload);
  const type = identifier(payload, 'type');
  if (payload['thread-id'] !== undefined || type === 'agent-turn-complete') return codexNotifySignal(payload);
  if (type === 'result' && payload.session_id !== undefined) return claudeResultSignal(payload);
  if (payload.sessionId !== undefined || typeof payload.timestamp === 'number') return copilotSignal(payload);
  if (/^[a-z]+\.[a-z.]+$/.test(type)) return opencodeSignal(payload);
  return undefined;
}

/** Everybody whose payload names its event as Claude Code's does. */
function hookSignal(payload: JsonObject): ClientSignal {
  if (payload.conversation_id !== undefined) return cursorSignal(payload);
  if (GEMINI_EVENTS.has(identifier(payload, 'hook_event_name'))) return geminiSignal(payload);
  if (isCodex(payload)) return codexHookSignal(payload);
  if (payload.timestamp === undefined) return claudeSignal(payload);
  const isShared = /^(?:SessionStart|SessionEnd|Notification)$/.test(identifier(payload, 'hook_event_name'));
  return isShared && text(payload, 'transcript_path') ? geminiSignal(payload) : copilotClaudeSignal(payload);
}

/** Codex names turns and not prompts; where an event has neither, its rollout file and its time-ordered ids tell. */
function isCodex(payload: JsonObject): boolean {
  if (payload.prompt_id !== undefined || payload.timestamp !== undefined) return false;
  const transcript = text(payload, 'transcript_path');
  if (transcript !== undefined) return /(?:^|\/)rollout-[^/]*$/.test(transcript);
  return (
    payload.turn_id !== undefined || /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(identifier(payload, 'session_id'))
  );
}
