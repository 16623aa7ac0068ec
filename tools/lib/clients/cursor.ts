/** Cursor: `conversation_id` and `generation_id` in every payload; the end of a turn says how it ended. */
import type { JsonObject } from '../record/json.js';
import { writtenFiles } from './files.js';
import { facts, identifier, otherFacts, text } from './payload.js';
import type { ClientSignal, SignalKind } from './signal.js';

const KINDS: Record<string, SignalKind> = {
  sessionStart: 'session_start',
  sessionEnd: 'session_end',
  beforeSubmitPrompt: 'turn_start',
};
const ENDS: Record<string, SignalKind> = { aborted: 'turn_interrupted', error: 'turn_failed' };
const STEP = /^(?:before|after|preToolUse|postToolUse)/;
const BASE = [
  ...['conversation_id', 'generation_id', 'hook_event_name', 'workspace_roots', 'transcript_path', 'cwd'],
  ...['user_email', 'session_id'],
];

export function cursorSignal(payload: JsonObject): ClientSignal {
  const event = identifier(payload, 'hook_event_name');
  const kind = kindOf(event, identifier(payload, 'status'));
  const [workspace] = Array.isArray(payload.workspace_roots) ? payload.workspace_roots : [];
  return {
    client: 'cursor',
    session: identifier(payload, 'conversation_id'),
    kind,
    event,
    turn: identifier(payload, 'generation_id') || undefined,
    text: kind === 'turn_start' ? text(payload, 'prompt') : text(payload, 'error_message'),
    files: filesOf(payload, event),
    cwd: text(payload, 'cwd') ?? (typeof workspace === 'string' ? workspace : undefined),
    detail:
      kind === 'other'
        ? otherFacts(payload, BASE)
        : facts(payload, ['model', 'status', 'reason', 'tool_name', 'composer_mode', 'duration_ms']),
  };
}

function kindOf(event: string, status: string): SignalKind {
  if (event === 'stop') return ENDS[status] ?? 'turn_end';
  return KINDS[event] ?? (STEP.test(event) ? 'tool' : 'other');
}

function filesOf(payload: JsonObject, event: string): string[] | undefined {
  if (event === 'afterFileEdit') return [text(payload, 'file_path') ?? ''];
  if (event !== 'postToolUse') return undefined;
  return writtenFiles(identifier(payload, 'tool_name'), payload.tool_input);
}
