/**
 * `codex exec --json`: one JSON object a line on its standard output. It names no turn, its usage is the total
 * of the thread, an item of type `error` is not fatal, and a failed turn says `turn.failed`.
 */

import type { JsonObject } from '../record/json.js';
import { identifier, object, objects, text } from './payload.js';
import type { Tokens } from './signal.js';
import { codexTokens } from './usage.js';

export interface CodexStream {
  thread: string;
  /** The last message of the agent. */
  text?: string | undefined;
  /** Why the last turn failed. */
  error?: string | undefined;
  lastTurn: 'none' | 'open' | 'completed' | 'failed';
  /** Tokens of the whole thread. */
  total?: Tokens | undefined;
  files: string[];
}

export const SILENT_STREAM: CodexStream = { thread: '', lastTurn: 'none', files: [] };

/** The stream so far, one more line read. */
export function foldCodexLine(stream: CodexStream, line: JsonObject): CodexStream {
  switch (line.type) {
    case 'thread.started':
      return { ...stream, thread: identifier(line, 'thread_id') };
    case 'turn.started':
      return { ...stream, lastTurn: 'open', error: undefined };
    case 'item.completed':
      return foldItem(stream, object(line, 'item'));
    case 'turn.completed':
      return { ...stream, lastTurn: 'completed', total: codexTokens(object(line, 'usage')) ?? stream.total };
    case 'turn.failed':
      return { ...stream, lastTurn: 'failed', error: text(object(line, 'error'), 'message') };
    case 'error':
      return { ...stream, error: text(line, 'message') };
    default:
      return stream;
  }
}

function foldItem(stream: CodexStream, item: JsonObject): CodexStream {
  if (item.type === 'agent_message') return { ...stream, text: text(item, 'text') ?? stream.text };
  if (item.type !== 'file_change' || item.status === 'failed') return stream;
  const changed = objects(item, 'changes').map(change => text(change, 'path') ?? '');
  return { ...stream, files: [...stream.files, ...changed] };
}
