/** How a turn ends: one outcome, and what is learned of it afterwards. */
import { parseTimestamp } from '../clock.js';
import { accountTurn, usageData } from './account.js';
import { ledgerPaths } from './files.js';
import { eventKey, type Moment, type Plan, type Planned, taskOf, turnKeyOf } from './plan.js';
import type { ClientSignal } from './signal.js';
import type { ClientState, OpenTurn, Outcome } from './state.js';

/** The values of `data.status`. */
export type TurnStatus = 'ok' | 'failed' | 'interrupted' | 'timeout' | 'unknown';

interface Ending {
  status: TurnStatus;
  text?: string | undefined;
  detail?: Record<string, unknown> | undefined;
}

const STATUS: Partial<Record<ClientSignal['kind'], TurnStatus>> = {
  turn_end: 'ok',
  turn_failed: 'failed',
  turn_interrupted: 'interrupted',
};

/** The client says that a turn is over. */
export function endTurn(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  const key = signal.turn ?? state.turn?.key ?? turnKeyOf(signal, moment);
  if (state.outcome?.key === key) return addToOutcome(state, state.outcome, moment);
  const isOpen = state.turn?.key === key || state.turn?.started === undefined;
  const open = isOpen ? state.turn : undefined;
  const turn: OpenTurn = { task_id: taskOf(signal, moment), files: [], usage: {}, ...open, key };
  const ending = { status: STATUS[signal.kind] ?? 'unknown', text: signal.text, detail: signal.detail };
  const plan = outcomeOf({ ...state, turn }, ending, moment);
  return isOpen ? plan : { ...plan, state: { ...plan.state, turn: state.turn } };
}

/** A turn of which no end will come. */
export function interruptTurn(state: ClientState, moment: Moment, text: string): Plan {
  const { outcome, turn } = state;
  if (outcome !== undefined && outcome.key === turn?.key) return addToOutcome(state, outcome, moment);
  return outcomeOf(state, { status: 'interrupted', text }, moment);
}

function outcomeOf(state: ClientState, { status, text, detail }: Ending, moment: Moment): Plan {
  const turn = state.turn!;
  const { usage, counted } = accountTurn(state, moment.transcript);
  const isOk = status === 'ok';
  const planned: Planned = {
    event: isOk ? 'task_result' : 'error',
    task_id: turn.task_id,
    source: state.client,
    summary: text ?? (isOk ? 'turn completed' : `turn ${status}`),
    data: {
      ...{ status, ...durationOf(turn, moment), files_touched: turn.files, ...usageData(usage) },
      ...(!isOk && { error: text ?? status }),
      ...{ ...detail, client_session: state.session, turn: turn.key },
    },
    parent_id: turn.start_id,
    idempotency_key: eventKey(state.client, state.session, turn.key, 'outcome'),
    becomes: 'outcome',
  };
  const { key, task_id, files, from } = turn;
  const outcome: Outcome = { key, task_id, files, usage, from, upTo: moment.transcript?.size ?? 0 };
  return { planned: [planned], state: { ...state, turn: undefined, counted, outcome } };
}

/** The turn has its outcome already: only what that one does not say yet is worth an event. */
function addToOutcome(state: ClientState, outcome: Outcome, { bases }: Moment): Plan {
  const learned = state.turn?.started === undefined ? state.turn : undefined;
  const files = ledgerPaths([...outcome.files, ...(learned?.files ?? [])], bases);
  const { usage } = learned ? accountTurn({ ...state, turn: learned }, undefined) : outcome;
  const isMore = files.length > outcome.files.length || (usage !== undefined && outcome.usage === undefined);
  const after = { ...state, turn: learned ? undefined : state.turn, outcome: { ...outcome, files, usage } };
  if (!isMore || outcome.id === undefined) return { planned: [], state: after };
  const planned: Planned = {
    ...{ event: 'info', task_id: outcome.task_id, source: state.client },
    summary: 'more about a turn that has ended',
    data: {
      ...{ reconciles: outcome.id, files_touched: files, ...usageData(usage) },
      client_session: state.session,
    },
    parent_id: outcome.id,
  };
  return { planned: [planned], state: after };
}

function durationOf({ started }: OpenTurn, { at }: Moment): { duration_ms?: number } {
  const from = started === undefined ? undefined : parseTimestamp(started);
  const to = parseTimestamp(at);
  return from === undefined || to === undefined ? {} : { duration_ms: Math.max(0, to - from) };
}
