/** Who a hook speaks for, and whether it may. */
import { Failure } from '../../failure.js';
import { agentName, canonicalTaskId } from '../../record/ids.js';
import type { Call } from '../command.js';
import { sessionFor } from '../session.js';

/** What sets the three hooks apart. */
export interface HookKind {
  name: string;
  /** Whose ledger, unless told otherwise. */
  agent: string;
  /** The `source` of what older wrappers report. */
  source: string;
  /** Takes `[parent_id] [execution_duration_ms]` after the data, and `run --wo FILE`. */
  hasWorkOrders: boolean;
}

export interface Identity {
  agent: string;
  taskId: string | undefined;
  sessionId: string | undefined;
}

/** `--agent` › `LEDGER_AGENT` › the hook's own; `type:name` is agent `name`. @throws Failure `data` */
export function identityOf({ agent }: HookKind, { args, io, warn }: Call): Identity {
  const { environment } = io;
  const named = args.value('agent') ?? (environment.LEDGER_AGENT || agent);
  const name = agentName(named.slice(named.indexOf(':') + 1));
  return {
    agent: name,
    taskId: taskFrom(environment.LEDGER_TASK_ID, warn),
    sessionId: sessionFor(name, undefined, environment.LEDGER_SESSION_ID),
  };
}

/** A bad name must not cost the event. */
function taskFrom(text: string | undefined, warn: Call['warn']): string | undefined {
  if (!text?.trim()) return undefined;
  try {
    return canonicalTaskId(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`LEDGER_TASK_ID is ignored: ${error.message}`);
    return undefined;
  }
}

/** Whether somebody switched this hook off. */
export function isSwitchedOff({ hasWorkOrders }: HookKind, environment: Call['io']['environment']): boolean {
  const isOn = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0';
  return isOn(environment.LEDGER_DISABLE) || (hasWorkOrders && isOn(environment.HYBRID_LEDGER_DISABLE));
}
