/** `<event> <task_id> <summary> [data_json]`: what wrappers of older tools report. */
import { Failure } from '../../failure.js';
import { canonicalTaskId, shorten } from '../../record/ids.js';
import { type JsonObject, parseJsonObject } from '../../record/json.js';
import type { Call } from '../command.js';
import type { HookKind, Identity } from './identity.js';
import type { Heard } from './native.js';

/** @throws Failure `usage`; `data` only with `--strict` where the event can be kept without what is wrong */
export function explicitEvent(kind: HookKind, { sessionId }: Identity, call: Call): Heard {
  const [event, taskId, summary, data, parentId, durationMs, ...extra] = call.args.positionals;
  if (event === undefined || taskId === undefined || summary === undefined) {
    throw new Failure('usage', 'an event needs a name, a task id and a summary');
  }
  const isTooMuch = extra.length > 0 || (!kind.hasWorkOrders && parentId !== undefined);
  if (isTooMuch) throw new Failure('usage', 'too many arguments; quote the summary and the data');
  const given = dataFrom(data, call);
  const planned = {
    ...{ event, task_id: canonicalTaskId(taskId), source: kind.source, summary },
    data: { ...(given ?? { text: data }), ...durationFrom(durationMs) },
    session_id: sessionId,
    parent_id: parentId || undefined,
  };
  return { kind: 'event', event: planned, isGiven: given !== undefined };
}

/** @returns undefined for data that is not JSON, which is kept as text: a hook loses no event over it */
function dataFrom(text: string | undefined, { args, warn }: Call): JsonObject | undefined {
  if (!text?.trim()) return {};
  try {
    return parseJsonObject(text, 'data');
  } catch (error) {
    if (!(error instanceof Failure) || args.isSet('strict')) throw error;
    warn(`${error.message}; kept as data.text`);
    return undefined;
  }
}

function durationFrom(text: string | undefined): { duration_ms?: number } {
  if (!text) return {};
  const durationMs = Number(text);
  if (!Number.isFinite(durationMs) || durationMs < 0) {
    throw new Failure('data', `"${shorten(text)}" is not a duration in milliseconds`);
  }
  return { duration_ms: durationMs };
}
