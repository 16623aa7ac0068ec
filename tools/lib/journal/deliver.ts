/**
 * Delivering notices: what hooks were told becomes events, the status follows, and what is remembered of the
 * clients' sessions moves on, all under one hold of the agent's lock. What waits in the spool comes first.
 */
import { advance } from '../clients/advance.js';
import type { HeardSignal, Notice } from '../clients/notice.js';
import type { Planned } from '../clients/plan.js';
import type { ClientSignal } from '../clients/signal.js';
import type { ClientState } from '../clients/state.js';
import { parseTimestamp } from '../clock.js';
import { removeFile } from '../disk/remove.js';
import { Failure } from '../failure.js';
import { type Appended, appendEvents, type Draft } from '../ledger/append.js';
import type { DayOptions } from '../ledger/day.js';
import { findEvent } from '../ledger/known-id.late.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { forgetOldSessions, onlyOpenSession, readClientState, writeClientState } from './client-state.js';
import { foldIntoStatus } from './record.js';
import { withTokens } from './run-tokens.js';
import { spoolDirectory, waitingNotices } from './spool.js';
import { openTranscript } from './transcript.js';

/** A notice that waited for less than this has not waited: it gets its time like any other. */
const LATE_FROM_MS = 250;

interface DeliveryOptions extends DayOptions {
  /** The id under which it waited. */
  waitedAs?: string;
}

/**
 * Delivers what waits in the agent's spool, then `told`, then what came to wait meanwhile.
 * @returns what became of the events of `told`
 * @throws Failure `contention`, `disk`, `unsafe`
 */
export function deliverNotices(
  workspace: Workspace,
  agent: string,
  told: Notice[],
  options: DayOptions,
): (Appended | Failure)[] {
  return withAgentLock(workspace, agent, held => {
    deliverSpool(held, options);
    const outcomes = told.flatMap(notice => deliverOne(held, notice, options));
    deliverSpool(held, options);
    return outcomes;
  });
}

function deliverSpool(held: HeldAgent, options: DayOptions): void {
  const { workspace, agent } = held;
  for (const { id, notice, path } of waitingNotices(spoolDirectory(workspace, agent), options.warn)) {
    const told = { ...held, workspace: { ...workspace, worktree: notice.worktree } };
    for (const outcome of deliverOne(told, notice, { ...options, waitedAs: id })) {
      if (outcome instanceof Failure) options.warn(`a notice in the spool is refused: ${outcome.message}`);
    }
    removeFile(path);
  }
}

function deliverOne(held: HeldAgent, notice: Notice, options: DeliveryOptions): (Appended | Failure)[] {
  const outcomes =
    toldBefore(held, notice, options) ??
    (notice.kind === 'signal'
      ? deliverSignal(held, notice, options)
      : append(held, [notice.kind === 'run' ? withTokens(held, notice) : notice.event], notice, options));
  foldIntoStatus(held, outcomes, options);
  return outcomes;
}

/** A notice whose first event bears its id already is told again: what it does to a client's state has been done. */
function toldBefore(held: HeldAgent, { id }: Notice, options: DeliveryOptions): Appended[] | undefined {
  const found = id === undefined ? undefined : findEvent(held, id, options);
  return found && [{ ...found, isDuplicate: true, openSessions: 1 }];
}

function deliverSignal(
  held: HeldAgent,
  notice: Notice & HeardSignal,
  options: DeliveryOptions,
): (Appended | Failure)[] {
  const { at, bases, taskId, sessionId, recordsTools } = notice;
  const signal = inItsSession(held, notice.signal, options);
  const before = readClientState(held, signal);
  const isTurn = /^(?:turn|session)_/.test(signal.kind);
  const transcript = isTurn ? openTranscript(signal.client, signal.transcript) : undefined;
  const moment = { at, bases, taskId, sessionId, recordsTools, transcript };
  const { planned, state } = advance(before, signal, moment);
  const outcomes = append(held, planned, notice, options);
  const { worktree } = held.workspace;
  if (state !== before || planned.length > 0) {
    writeClientState(held, { ...withIds(state, planned, outcomes), worktree });
  }
  if (signal.kind === 'session_start') forgetOldSessions(held);
  return outcomes;
}

/** opencode tells of a file that was edited without saying in which session. */
function inItsSession(
  held: HeldAgent,
  signal: ClientSignal,
  { sessionIdleMs }: DeliveryOptions,
): ClientSignal {
  if (signal.session !== '' || !signal.files?.length) return signal;
  return { ...signal, session: onlyOpenSession(held, signal.client, sessionIdleMs) ?? '' };
}

/**
 * Every event of a notice that waited has a key, because a crash may deliver it twice: by then it may stand
 * beside fewer events than at first, so the key says what it is and not where it stood.
 */
function append(
  held: HeldAgent,
  planned: Planned[],
  { at, id }: Notice,
  { waitedAs, ...options }: DeliveryOptions,
): (Appended | Failure)[] {
  if (planned.length === 0) return [];
  const isLate = waitedAs !== undefined && held.workspace.clock.nowMs() - parseTimestamp(at)! > LATE_FROM_MS;
  const drafts = planned.map(({ becomes: _, ...draft }, index): Draft => {
    const about = draft.data.client_event ?? draft.data.reconciles ?? draft.event;
    const key = waitedAs === undefined ? {} : { idempotency_key: `notice:${waitedAs}:${about}` };
    const named = index === 0 && id !== undefined ? { id } : {};
    return { ...named, ...key, ...(isLate && { ts: at }), ...withoutUndefined(draft), firstWins: true };
  });
  return appendEvents(held, drafts, options);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

/** The state with the ids that its events were given. */
function withIds(state: ClientState, planned: Planned[], outcomes: (Appended | Failure)[]): ClientState {
  let after = state;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Failure) continue;
    const { id, session_id } = outcome.event;
    after = { ...after, session_id };
    const { becomes } = planned[index]!;
    if (becomes === 'start' && after.turn) after = { ...after, turn: { ...after.turn, start_id: id } };
    if (becomes === 'outcome' && after.outcome) after = { ...after, outcome: { ...after.outcome, id } };
  }
  return after;
}
