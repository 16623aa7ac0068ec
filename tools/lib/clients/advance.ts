/**
 * The rules: a signal and what is remembered of its session give events and what to remember now.
 *
 * A turn opens with its prompt and has one outcome, whoever tells it first: every teller gives it the same
 * idempotency key. What is learned later (usage that was not known yet, further files) becomes an `info`
 * event that names the outcome as its parent. A turn that is still open when the next one begins or the
 * session ends was interrupted. Steps within a turn leave no event unless asked for, but the files they
 * wrote are remembered for the outcome.
 */
import { accountAgain, countedBefore, usageData } from './account.js';
import { ledgerPaths } from './files.js';
import { noteOf } from './note.js';
import { eventKey, type Moment, type Plan, type Planned, taskOf, turnKeyOf } from './plan.js';
import type { ClientSignal } from './signal.js';
import type { ClientState, OpenTurn } from './state.js';
import { endTurn, interruptTurn } from './turn-end.js';
import { isSameTokens } from './usage.js';

const STAMPS_KEPT = 16;

/** Applies a signal to a session. */
export function advance(before: ClientState, signal: ClientSignal, moment: Moment): Plan {
  const stamp = signal.stamp && `${signal.kind}:${signal.stamp}`;
  if (stamp && before.seen.includes(stamp)) return { planned: [], state: before };
  const seen = stamp ? [...before.seen, stamp].slice(-STAMPS_KEPT) : before.seen;
  const state = remember({ ...before, seen }, signal, moment);
  const plan = planFor(state, signal, moment);
  const opens = signal.kind === 'session_start' || signal.kind === 'turn_start';
  return { ...plan, planned: inSession(plan.planned, state, { opens, asked: moment.sessionId }) };
}

function planFor(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  switch (signal.kind) {
    case 'session_start':
      return startSession(state, signal, moment);
    case 'session_end':
      return endSession(state, signal, moment);
    case 'turn_start':
      return startTurn(state, signal, moment);
    case 'turn_end':
    case 'turn_failed':
    case 'turn_interrupted':
      return endTurn(state, signal, moment);
    case 'tool':
      return { planned: moment.recordsTools ? [note(state, signal, moment)] : [], state };
    default:
      return { planned: [note(state, signal, moment)], state };
  }
}

/** Keeps the files and the usage that a step names for the outcome of its turn. */
function remember(state: ClientState, signal: ClientSignal, moment: Moment): ClientState {
  const { usage } = signal;
  if (usage === undefined && !signal.files?.length) return state;
  const turn = state.turn ?? unseenTurn(signal, moment);
  const files = ledgerPaths([...turn.files, ...(signal.files ?? [])], moment.bases);
  const { tokens, cost_usd } = usage ?? {};
  const counts = usage && tokens ? { ...turn.usage, [usage.message]: { tokens, cost_usd } } : turn.usage;
  return { ...state, turn: { ...turn, files, usage: counts } };
}

/** A turn whose prompt we were not told of. */
function unseenTurn(signal: ClientSignal, moment: Moment): OpenTurn {
  return { key: turnKeyOf(signal, moment), task_id: taskOf(signal, moment), files: [], usage: {} };
}

function startSession(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  const isContinued = state.session_id !== undefined && !state.hasEnded;
  const { planned, state: after } = isContinued
    ? interruptIfNew(state, signal, moment)
    : { planned: [], state: { ...state, session_id: undefined, hasEnded: false } };
  const opened = note(after, signal, moment);
  opened.data = isContinued ? opened.data : { session: 'start', ...opened.data };
  return { planned: [...planned, opened], state: after };
}

/** A client that starts anew has lost its turn; one that compacts or clears its context goes on with it. */
function interruptIfNew(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  const goesOn = signal.detail?.source === 'compact' || state.turn === undefined;
  return goesOn ? { planned: [], state } : interruptTurn(state, moment, 'the client started anew');
}

function endSession(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  if (state.hasEnded) return { planned: [], state };
  const interrupted =
    state.turn === undefined
      ? { planned: [], state }
      : interruptTurn(state, moment, 'the session ended with the turn still open');
  const settled = reconcile(interrupted.state, moment);
  const ended = note(settled.state, signal, moment);
  ended.data = { session: 'end', ...ended.data };
  if (state.session_id !== undefined) ended.idempotency_key = keyOf(state, 'session_end', state.session_id);
  return {
    planned: [...interrupted.planned, ...settled.planned, ended],
    state: { ...settled.state, hasEnded: true },
  };
}

function startTurn(state: ClientState, signal: ClientSignal, moment: Moment): Plan {
  const key = turnKeyOf(signal, moment);
  if (state.turn?.key === key && state.turn.started !== undefined) return { planned: [], state };
  if (state.outcome?.key === key) return { planned: [], state };
  const { planned, state: idle } =
    state.turn?.started === undefined
      ? { planned: [], state }
      : interruptTurn(state, moment, 'the next prompt came before the turn ended');
  const settled = reconcile(idle, moment);
  const turn: OpenTurn = {
    ...{ key, task_id: taskOf(signal, moment), started: moment.at },
    ...{ files: state.turn?.key === key ? state.turn.files : [], usage: {} },
    from: moment.transcript?.size ?? 0,
  };
  const start: Planned = {
    ...note(settled.state, signal, moment),
    event: 'task_start',
    summary: signal.text ?? 'turn started',
    idempotency_key: keyOf(state, key, 'start'),
    becomes: 'start',
  };
  start.data = { task_type: 'turn', ...start.data };
  const counted = countedBefore(settled.state, moment.transcript);
  return {
    planned: [...planned, ...settled.planned, start],
    state: { ...settled.state, turn, counted, hasEnded: false },
  };
}

/** Corrects the last outcome when its transcript tells more than it did then. */
function reconcile(state: ClientState, moment: Moment): Plan {
  const { outcome } = state;
  if (outcome?.id === undefined) return { planned: [], state };
  const { usage, counted } = accountAgain(state, moment.transcript, outcome);
  if (isSameTokens(usage?.tokens, outcome.usage?.tokens)) return { planned: [], state };
  const planned: Planned = {
    ...{ event: 'info', task_id: outcome.task_id, source: state.client },
    summary: 'usage of the turn, now complete',
    data: { reconciles: outcome.id, ...usageData(usage), client_session: state.session },
    parent_id: outcome.id,
  };
  const upTo = moment.transcript?.size;
  return { planned: [planned], state: { ...state, counted, outcome: { ...outcome, usage, upTo } } };
}

/** An event that says what the client said, beside the turn that is open. */
function note(state: ClientState, signal: ClientSignal, moment: Moment): Planned {
  const { turn } = state;
  return noteOf(signal, {
    ...{ task_id: turn?.task_id ?? taskOf(signal, moment), parent_id: turn?.start_id },
    bases: moment.bases,
  });
}

function keyOf(state: ClientState, ...rest: string[]): string | undefined {
  return eventKey(state.client, state.session, ...rest);
}

/**
 * Gives each event its session: the one remembered, the one asked for, or a new one for all of them. What
 * comes after the end of its session does not open it again.
 */
function inSession(
  planned: Planned[],
  { session_id: known, hasEnded }: ClientState,
  { opens, asked }: { opens: boolean; asked: string | undefined },
): Planned[] {
  if (hasEnded && !opens && known !== undefined) {
    return planned.map(draft => ({ ...draft, session_id: known, data: { ...draft.data, session: 'end' } }));
  }
  const session_id = (hasEnded ? undefined : known) ?? asked;
  return planned.map((draft, index) => {
    if (session_id !== undefined) return { ...draft, session_id };
    return index === 0 ? { ...draft, opensSession: true } : draft;
  });
}
