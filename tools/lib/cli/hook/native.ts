/** A client's own JSON: told by its shape, and what is no client's kept as a plain event. */
import { identifier, otherFacts } from '../../clients/payload.js';
import type { Planned } from '../../clients/plan.js';
import { recogniseSignal } from '../../clients/recognise.js';
import type { ClientSignal } from '../../clients/signal.js';
import { tornSignal } from '../../clients/torn.js';
import { parseAs } from '../../parse-as.js';
import { isJsonObject, type JsonObject } from '../../record/json.js';

export type Heard =
  | { kind: 'signal'; signal: ClientSignal }
  | {
      kind: 'event';
      event: Planned;
      /** Its data is what a person or a wrapper wrote. */
      isGiven: boolean;
    };

/** What a payload says; undefined when nothing can be told from it. */
export function hearPayload(text: string, source: string): Heard | undefined {
  const payload = parseAs(text, isJsonObject);
  const signal = payload === undefined ? tornSignal(text) : recogniseSignal(payload);
  if (signal !== undefined) return { kind: 'signal', signal };
  return payload === undefined
    ? undefined
    : { kind: 'event', event: unknownEvent(payload, source), isGiven: false };
}

function unknownEvent(payload: JsonObject, source: string): Planned {
  const name = ['event', 'event_name', 'type', 'name'].map(key => identifier(payload, key)).find(Boolean);
  return {
    event: 'info',
    task_id: 'system',
    source,
    summary: name ?? 'an event of a client that is not known',
    data: { client: 'unknown', ...otherFacts(payload, []) },
  };
}

/** A step that leaves no event and names no files needs nothing of the ledger. */
export function isIdle(heard: Heard, recordsTools: boolean): boolean {
  if (heard.kind !== 'signal' || heard.signal.kind !== 'tool' || recordsTools) return false;
  return !heard.signal.files?.length && heard.signal.usage === undefined;
}
