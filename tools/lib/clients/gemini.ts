/** Gemini CLI: `hook_event_name` of its own, an ISO `timestamp`, no name for a turn. */
import type { JsonObject } from '../record/json.js';
import { writtenFiles } from './files.js';
import { facts, identifier, otherFacts, text } from './payload.js';
import type { ClientSignal, SignalKind } from './signal.js';

const KINDS: Record<string, SignalKind> = {
  SessionStart: 'session_start',
  SessionEnd: 'session_end',
  BeforeAgent: 'turn_start',
  AfterAgent: 'turn_end',
  BeforeTool: 'tool',
  AfterTool: 'tool',
  BeforeModel: 'tool',
  AfterModel: 'tool',
  BeforeToolSelection: 'tool',
  Notification: 'notification',
};
const TEXTS: Partial<Record<SignalKind, string>> = {
  turn_start: 'prompt',
  turn_end: 'prompt_response',
  notification: 'message',
};
const BASE = ['session_id', 'transcript_path', 'cwd', 'hook_event_name', 'timestamp'];

/** The events only Gemini CLI has. */
export const GEMINI_EVENTS = new Set(
  ['BeforeAgent', 'AfterAgent', 'BeforeTool', 'AfterTool', 'BeforeModel', 'AfterModel'].concat([
    'BeforeToolSelection',
    'PreCompress',
  ]),
);

export function geminiSignal(payload: JsonObject): ClientSignal {
  const event = identifier(payload, 'hook_event_name');
  const kind = KINDS[event] ?? 'other';
  const key = TEXTS[kind];
  return {
    client: 'gemini_cli',
    session: identifier(payload, 'session_id'),
    kind,
    event,
    stamp: identifier(payload, 'timestamp') || undefined,
    text: key === undefined ? undefined : text(payload, key),
    files:
      event === 'AfterTool' ? writtenFiles(identifier(payload, 'tool_name'), payload.tool_input) : undefined,
    cwd: text(payload, 'cwd'),
    detail:
      kind === 'other'
        ? otherFacts(payload, BASE)
        : facts(payload, ['source', 'reason', 'tool_name', 'notification_type']),
  };
}
