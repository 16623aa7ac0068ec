/** An event as a summary keeps it. */
import type { Tokens } from '../clients/signal.js';
import type { LedgerEvent } from '../record/event.js';
import { isJsonObject } from '../record/json.js';
import { redactName, redactText } from '../redact/redact-text.js';
import type { Rules } from '../redact/rules.js';

/** What a summary keeps of an event: everything but `data`, which can be large. */
export interface SessionEvent {
  ts: string;
  event: string;
  task_id: string;
  source: string;
  summary: string;
  id?: string | undefined;
  parent_id?: string | undefined;
  /** Of `data`, where it is of the type the schema page names. */
  status?: string | undefined;
  exit_code?: number | undefined;
  duration_ms?: number | undefined;
  error?: string | undefined;
  tokens?: Tokens | undefined;
  cost_usd?: number | undefined;
  endsSession: boolean;
}

/**
 * What a summary keeps of an event as it is read. Older tools' lines may lack what the schema asks for, and may
 * hold secrets: no summary repeats them.
 */
export function sessionEvent(event: LedgerEvent, rules: Rules): SessionEvent {
  const { ts, task_id, summary, source, data } = event;
  const shown = (value: unknown): string => redactText(text(value) ?? '', rules).text;
  return {
    ...{ ts, event: event.event, task_id: redactName(task_id, rules).text },
    source: redactName(text(source) ?? '', rules).text,
    summary: shown(summary),
    id: text(event.id),
    parent_id: text(event.parent_id),
    status: shown(data.status) || undefined,
    exit_code: finite(data.exit_code),
    duration_ms: finite(data.duration_ms, 0),
    error: shown(data.error) || undefined,
    tokens: tokensOf(data.tokens),
    cost_usd: finite(data.cost_usd, 0),
    endsSession: data.session === 'end',
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const finite = (value: unknown, least = -Infinity): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= least ? value : undefined;

/** A count that is missing is none; one of another type makes all of them no fact. */
function tokensOf(value: unknown): Tokens | undefined {
  if (!isJsonObject(value)) return undefined;
  const [input, cached_input, output, reasoning] = (
    ['input', 'cached_input', 'output', 'reasoning'] as const
  ).map(key => finite(value[key] ?? 0, 0));
  if (input === undefined || cached_input === undefined) return undefined;
  return output === undefined || reasoning === undefined
    ? undefined
    : { input, cached_input, output, reasoning };
}
