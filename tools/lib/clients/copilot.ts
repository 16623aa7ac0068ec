/**
 * Copilot CLI. Its own hooks send camelCase and no event name, so the fields tell what happened. It also runs
 * hooks from a project's Claude settings, in Claude Code's shape with a `timestamp`: the same moment reaches
 * us twice, and session and timestamp tell that it is one.
 */
import type { JsonObject } from '../record/json.js';
import { claudeSignal } from './claude.js';
import { writtenFiles } from './files.js';
import { facts, identifier, object, otherFacts, text } from './payload.js';
import type { ClientSignal, SignalKind } from './signal.js';

const BASE = ['sessionId', 'timestamp', 'cwd', 'transcriptPath'];
const TEXTS: Partial<Record<SignalKind, string>> = { turn_start: 'prompt', notification: 'message' };

/** From Copilot's own hooks. */
export function copilotSignal(payload: JsonObject): ClientSignal {
  const { kind, event } = whatHappened(payload);
  const key = TEXTS[kind];
  const own = key === undefined ? undefined : text(payload, key);
  return {
    client: 'copilot_cli',
    session: identifier(payload, 'sessionId'),
    kind,
    event,
    stamp: stampOf(payload.timestamp),
    text: kind === 'turn_failed' ? text(object(payload, 'error'), 'message') : own,
    files:
      event === 'postToolUse' ? writtenFiles(identifier(payload, 'toolName'), payload.toolArgs) : undefined,
    cwd: text(payload, 'cwd'),
    detail:
      kind === 'other'
        ? otherFacts(payload, BASE)
        : facts(payload, ['source', 'reason', 'toolName', 'stopReason', 'recoverable']),
  };
}

/** From a project's Claude settings. */
export function copilotClaudeSignal(payload: JsonObject): ClientSignal {
  return { ...claudeSignal(payload), client: 'copilot_cli', stamp: stampOf(payload.timestamp) };
}

function whatHappened(payload: JsonObject): { kind: SignalKind; event: string } {
  const has = (key: string): boolean => payload[key] !== undefined;
  if (has('toolName')) return { kind: 'tool', event: has('toolResult') ? 'postToolUse' : 'preToolUse' };
  if (has('agentName')) return { kind: 'other', event: has('stopReason') ? 'subagentStop' : 'subagentStart' };
  if (has('error')) {
    return { kind: payload.recoverable === true ? 'other' : 'turn_failed', event: 'errorOccurred' };
  }
  if (has('stopReason')) return { kind: 'turn_end', event: 'agentStop' };
  if (has('prompt')) return { kind: 'turn_start', event: 'userPromptSubmitted' };
  if (has('source') || has('initialPrompt')) return { kind: 'session_start', event: 'sessionStart' };
  if (has('reason')) return { kind: 'session_end', event: 'sessionEnd' };
  if (has('message')) return { kind: 'notification', event: 'notification' };
  return { kind: 'other', event: 'unknown' };
}

/** The same text for the same moment, given as milliseconds or as RFC 3339. */
function stampOf(value: unknown): string | undefined {
  const instantMs = typeof value === 'string' ? Date.parse(value) : value;
  return typeof instantMs === 'number' && Number.isFinite(instantMs) ? String(instantMs) : undefined;
}
