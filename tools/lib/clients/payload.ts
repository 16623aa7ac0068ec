/** Reading fields of a payload, whose shape is a client's business and may change under us. */
import { isJsonObject, type JsonObject } from '../record/json.js';

const LONGEST_ID = 128;
const MOST_FACTS = 16;

/** A string that is not empty. */
export function text(payload: JsonObject, key: string): string | undefined {
  const value = payload[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A string that names something: short, without control characters. Empty when there is none. */
export function identifier(payload: JsonObject, key: string): string {
  const value = payload[key];
  if (typeof value !== 'string') return '';
  return value
    .slice(0, LONGEST_ID)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

/** A count that is not negative. */
export function count(payload: JsonObject, key: string): number | undefined {
  const value = payload[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** An object; empty when there is none. */
export function object(payload: JsonObject, key: string): JsonObject {
  const value = payload[key];
  return isJsonObject(value) ? value : {};
}

/** The objects of a list. */
export function objects(payload: JsonObject, key: string): JsonObject[] {
  const value = payload[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Keys of `data` that mean something to us: a client's fact of that name is kept as `payload_<name>`. */
const OURS = new Set(
  ['session', 'state', 'status', 'error', 'turn', 'files', 'files_touched', 'tokens', 'cost_usd'].concat(
    ['exit_code', 'task_type', 'target_files', 'reconciles', 'client_event', 'client_session'],
    ['last_error', 'last_heartbeat', 'output', 'command', 'redactions'],
  ),
);

/** The named facts that are there: texts, numbers and flags. */
export function facts(payload: JsonObject, keys: Iterable<string>): Record<string, unknown> | undefined {
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const value = payload[key];
    const name = OURS.has(key) ? `payload_${key}` : key;
    if (typeof value === 'string' && value !== '') found[name] = value;
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      found[name] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The plain facts of a payload we know nothing of, apart from those named. */
export function otherFacts(payload: JsonObject, known: string[]): Record<string, unknown> | undefined {
  const names = Object.keys(payload).filter(key => !known.includes(key) && /^[\w.-]{1,64}$/.test(key));
  return facts(payload, names.slice(0, MOST_FACTS));
}
