/** Usage in transcripts: JSON lines whose other contents are none of our business. */
import { isJsonObject, type JsonObject } from '../record/json.js';
import { identifier, object } from './payload.js';
import type { Client, Tokens } from './signal.js';
import { addTokens, claudeTokens, codexTokens, NO_TOKENS } from './usage.js';

/** Of the lines given alone, or of the whole session up to the last of them. */
export type TranscriptUsage = { tokens: Tokens; covers: 'lines' | 'session' };

/**
 * The usage that the lines of a transcript note.
 * @param sincePrompt only what follows the last prompt among them
 */
export function transcriptUsage(
  client: Client,
  lines: Iterable<string>,
  sincePrompt: boolean,
): TranscriptUsage | undefined {
  if (client === 'claude_code') return claudeUsage(lines, sincePrompt);
  return client === 'codex_cli' ? codexUsage(lines) : undefined;
}

/** A message is written once per content block, each time with its usage so far: the last one counts. */
function claudeUsage(lines: Iterable<string>, sincePrompt: boolean): TranscriptUsage | undefined {
  const messages = new Map<string, Tokens>();
  for (const line of lines) {
    if (sincePrompt && line.includes('"type":"user"') && isPrompt(parsed(line))) messages.clear();
    if (!line.includes('"usage"')) continue;
    const message = object(parsed(line), 'message');
    const tokens = claudeTokens(object(message, 'usage'));
    if (tokens !== undefined) messages.set(identifier(message, 'id'), tokens);
  }
  if (messages.size === 0) return undefined;
  return { tokens: [...messages.values()].reduce(addTokens, NO_TOKENS), covers: 'lines' };
}

/** A line a person typed, and no result of a tool. */
function isPrompt(entry: JsonObject): boolean {
  if (entry.type !== 'user' || entry.isMeta === true) return false;
  const { content } = object(entry, 'message');
  if (typeof content === 'string') return true;
  return (
    Array.isArray(content) && !content.some(block => isJsonObject(block) && block.type === 'tool_result')
  );
}

/** Codex notes the total of the session after each answer of the model. */
function codexUsage(lines: Iterable<string>): TranscriptUsage | undefined {
  let tokens: Tokens | undefined;
  for (const line of lines) {
    if (!line.includes('"total_token_usage"')) continue;
    const total = object(object(object(parsed(line), 'payload'), 'info'), 'total_token_usage');
    tokens = codexTokens(total) ?? tokens;
  }
  return tokens && { tokens, covers: 'session' };
}

/** A line that is being written, or cut by our bound, is none. */
function parsed(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
