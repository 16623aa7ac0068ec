/** opencode: raw events of its bus, `{type, properties}`, passed on by the plugin that ledger-init installs. */
import type { JsonObject } from '../record/json.js';
import { writtenFiles } from './files.js';
import { count, facts, identifier, object, otherFacts, text } from './payload.js';
import type { ClientSignal, SignalKind } from './signal.js';

const KINDS: Record<string, SignalKind> = {
  'session.created': 'session_start',
  'session.deleted': 'session_end',
  'session.idle': 'turn_end',
  'session.error': 'turn_failed',
  'file.edited': 'tool',
};
const STEP =
  /^(?:message|tool|file|lsp|tui|todo|server|storage|installation|command)\.|^session\.(?:updated|diff|status)/;

export function opencodeSignal(payload: JsonObject): ClientSignal {
  const event = identifier(payload, 'type');
  const properties = object(payload, 'properties');
  const info = object(properties, 'info');
  const isPrompt = event === 'message.updated' && info.role === 'user';
  const kind = isPrompt ? 'turn_start' : (KINDS[event] ?? (STEP.test(event) ? 'tool' : 'other'));
  const named = identifier(properties, 'sessionID') || identifier(info, 'sessionID');
  return {
    client: 'opencode',
    session: named || (event.startsWith('session.') ? identifier(info, 'id') : ''),
    kind,
    event,
    turn: isPrompt ? identifier(info, 'id') || undefined : undefined,
    text: kind === 'turn_failed' ? errorText(object(properties, 'error')) : text(info, 'title'),
    files: filesOf(event, properties),
    cwd: text(payload, 'cwd') ?? text(payload, 'directory'),
    usage: event === 'message.updated' && info.role === 'assistant' ? usageOf(info) : undefined,
    detail: kind === 'other' ? otherFacts(properties, ['sessionID', 'info']) : facts(properties, ['tool']),
  };
}

function errorText(error: JsonObject): string | undefined {
  return text(object(error, 'data'), 'message') ?? text(error, 'message') ?? text(error, 'name');
}

function filesOf(event: string, properties: JsonObject): string[] | undefined {
  if (event === 'file.edited') return [text(properties, 'file') ?? ''];
  if (event !== 'tool.execute.after') return undefined;
  return writtenFiles(identifier(properties, 'tool'), properties.args);
}

function usageOf(info: JsonObject): ClientSignal['usage'] {
  const tokens = object(info, 'tokens');
  const cache = object(tokens, 'cache');
  if (count(tokens, 'input') === undefined) return undefined;
  const cached = count(cache, 'read') ?? 0;
  return {
    message: identifier(info, 'id'),
    tokens: {
      input: count(tokens, 'input')! + cached + (count(cache, 'write') ?? 0),
      cached_input: cached,
      output: count(tokens, 'output') ?? 0,
      reasoning: count(tokens, 'reasoning') ?? 0,
    },
    cost_usd: count(info, 'cost'),
  };
}
