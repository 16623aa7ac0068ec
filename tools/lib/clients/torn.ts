/** What can be told from a payload that was cut in the middle. */
import type { JsonObject } from '../record/json.js';
import { recogniseSignal } from './recognise.js';
import type { ClientSignal } from './signal.js';

const FIELDS =
  /"(session_id|hook_event_name|prompt_id|turn_id|transcript_path|cwd|conversation_id|generation_id|sessionId|thread-id|turn-id|type|model)"\s{0,8}:\s{0,8}"([^"\\]{1,512})"/g;

/** An `other` signal that names the client, session and event; undefined when nothing names them. */
export function tornSignal(text: string): ClientSignal | undefined {
  const payload: JsonObject = {};
  for (const [, key, value] of text.matchAll(FIELDS)) payload[key!] ??= value;
  const signal = recogniseSignal(payload);
  if (signal === undefined || (signal.session === '' && signal.event === '')) return undefined;
  const { client, session, event, turn, cwd } = signal;
  return {
    client,
    session,
    event,
    turn,
    cwd,
    kind: 'other',
    detail: { torn_after_bytes: Buffer.byteLength(text) },
  };
}
