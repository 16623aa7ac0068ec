/** A signal as an event of its own. */
import { ledgerPaths } from './files.js';
import { eventKey, type Planned } from './plan.js';
import type { ClientSignal } from './signal.js';

export interface NotePlace {
  task_id: string;
  parent_id: string | undefined;
  bases: readonly string[];
}

/** The event that says what the client said: `heartbeat` for a notification, else `info`. */
export function noteOf(signal: ClientSignal, { task_id, parent_id, bases }: NotePlace): Planned {
  const { client, session, kind, event, detail, turn } = signal;
  return {
    event: kind === 'notification' ? 'heartbeat' : 'info',
    task_id,
    source: client,
    summary: signal.text ?? titleOf(signal),
    data: {
      ...{ client_event: event, client_session: session, ...detail },
      ...(turn !== undefined && { turn }),
      ...(kind === 'tool' && { files: ledgerPaths(signal.files ?? [], bases) }),
    },
    parent_id,
    idempotency_key: keyOf(signal),
  };
}

/** A step is named by its call; else a stamp tells one delivery from the next. */
function keyOf({ client, session, kind, event, stamp, detail }: ClientSignal): string | undefined {
  const call = kind === 'tool' ? detail?.tool_use_id : undefined;
  if (typeof call === 'string') return eventKey(client, session, event, call);
  return stamp === undefined ? undefined : eventKey(client, session, kind, stamp);
}

function titleOf({ kind, event, detail }: ClientSignal): string {
  if (kind === 'session_start') return 'session started';
  if (kind === 'session_end') return 'session ended';
  const about = detail?.tool_name ?? detail?.toolName ?? detail?.tool ?? detail?.agent_type;
  return typeof about === 'string' ? `${event}: ${about}` : event;
}
