/** Claude Code: one JSON object on stdin, `hook_event_name` in it, a turn named by `prompt_id`. */
import type { JsonObject } from '../record/json.js';
import { writtenFiles } from './files.js';
import { facts, identifier, objects, otherFacts, text } from './payload.js';
import type { ClientSignal, SignalKind } from './signal.js';

const KINDS: Record<string, SignalKind> = {
  SessionStart: 'session_start',
  SessionEnd: 'session_end',
  UserPromptSubmit: 'turn_start',
  Stop: 'turn_end',
  StopFailure: 'turn_failed',
  Interrupt: 'turn_interrupted',
  PreToolUse: 'tool',
  PostToolUse: 'tool',
  PostToolUseFailure: 'tool',
  PostToolBatch: 'tool',
  MessageDisplay: 'tool',
  Notification: 'notification',
};
const BASE = ['session_id', 'transcript_path', 'cwd', 'hook_event_name', 'prompt_id', 'turn_id'];
const TOOL_FACTS = ['tool_name', 'tool_use_id', 'duration_ms', 'is_interrupt', 'agent_id', 'agent_type'];

/** What Claude Code says; also Codex' hooks, which have its shape, and others that imitate it. */
export function claudeSignal(payload: JsonObject): ClientSignal {
  const event = identifier(payload, 'hook_event_name');
  const kind = KINDS[event] ?? 'other';
  return {
    client: 'claude_code',
    session: identifier(payload, 'session_id'),
    kind,
    event,
    turn: identifier(payload, 'prompt_id') || undefined,
    text: textOf(payload, kind),
    files: event.startsWith('PostTool') ? filesOf(payload) : undefined,
    cwd: text(payload, 'cwd'),
    transcript: text(payload, 'transcript_path'),
    detail: detailOf(payload, kind),
  };
}

function textOf(payload: JsonObject, kind: SignalKind): string | undefined {
  switch (kind) {
    case 'turn_start':
      return text(payload, 'prompt');
    case 'turn_end':
      return text(payload, 'last_assistant_message');
    case 'turn_failed':
      return text(payload, 'last_assistant_message') ?? text(payload, 'error');
    case 'tool':
      return text(payload, 'error');
    case 'notification':
      return text(payload, 'message');
    default:
      return undefined;
  }
}

function filesOf(payload: JsonObject): string[] {
  const calls = [payload, ...objects(payload, 'tool_calls')];
  return calls.flatMap(call => writtenFiles(identifier(call, 'tool_name'), call.tool_input));
}

function detailOf(payload: JsonObject, kind: SignalKind): Record<string, unknown> | undefined {
  switch (kind) {
    case 'session_start':
      return facts(payload, ['source', 'model', 'permission_mode', 'agent_type']);
    case 'session_end':
      return facts(payload, ['reason']);
    case 'turn_start':
    case 'turn_end':
    case 'turn_interrupted':
      return facts(payload, ['model', 'permission_mode']);
    case 'turn_failed':
      return facts(payload, ['model', 'permission_mode', 'error']);
    case 'tool':
      return facts(payload, TOOL_FACTS);
    case 'notification':
      return facts(payload, ['notification_type']);
    default:
      return otherFacts(payload, BASE);
  }
}
