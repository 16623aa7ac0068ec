/** `<event> <task_id> <summary> [data_json]`: what wrappers of older tools report. */
import { captured } from '../../clients/captured.js';
import type { Planned } from '../../clients/plan.js';
import { Failure } from '../../failure.js';
import { canonicalTaskId, shorten } from '../../record/ids.js';
import { type JsonObject, parseJsonObject } from '../../record/json.js';
import type { Call } from '../command.js';
import type { HookKind, Identity } from './identity.js';

/** @throws Failure `usage`; `data` only with `--strict` where the event can be kept without what is wrong */
export function explicitEvent(kind: HookKind, { sessionId }: Identity, call: Call): Planned {
  const [event, taskId, summary, data, parentId, durationMs, ...extra] = call.args.positionals;
  if (event === undefined || taskId === undefined || summary === undefined) {
    throw new Failure('usage', 'an event needs a name, a task id and a summary');
  }
  const isTooMuch = extra.length > 0 || (!kind.hasWorkOrders && parentId !== undefined);
  if (isTooMuch) throw new Failure('usage', 'too many arguments; quote the summary and the data');
  return {
    event,
    task_id: canonicalTaskId(taskId),
    source: kind.source,
    summary: captured(summary),
    data: { ...dataFrom(data, call), ...durationFrom(durationMs) },
    session_id: sessionId,
    parent_id: parentId || undefined,
  };
}

/** Data that is not JSON is kept as text: a hook loses no event over it. */
function dataFrom(text: string | undefined, { args, warn }: Call): JsonObject {
  if (!text?.trim()) return {};
  try {
    return parseJsonObject(text, 'data');
  } catch (error) {
    if (!(error instanceof Failure) || args.isSet('strict')) throw error;
    warn(`${error.message}; kept as data.text`);
    return { text: captured(text) };
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
