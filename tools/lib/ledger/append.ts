/**
 * Appending events. Under the agent's lock: take the secrets out of each draft, open the day file and its
 * head, give each draft its session, time, id, number and place in the chain, validate it, write all lines of
 * a day in ONE write, sync, and store the head. A draft that is refused leaves no gap in the chain. What is
 * returned as appended is on disk; what was not acknowledged may be there after a crash, whole or as a torn
 * tail that the next append sets aside.
 */
import { formatTimestamp } from '../clock.js';
import { appendBytes } from '../disk/append.js';
import { Failure } from '../failure.js';
import { assertFits, formatChained, type LedgerEvent } from '../record/event.js';
import { shorten } from '../record/ids.js';
import { BUILT_IN } from '../redact/rules.js';
import type { HeldAgent } from '../root/workspace.js';
import { expectMuchToHash } from '../sha256.js';
import { lineHash } from './chain.js';
import { compose, type Stamped } from './compose.js';
import { type DayOptions, type OpenDay, sessionLine, withDay } from './day.js';
import { foldSession, writeHead } from './head.js';
import { catchUpNearby, type Found, findByKey, sameContent } from './idempotency.js';
import type { KeyRecord } from './keys.js';
import { findById } from './known-id.late.js';
import { LineBuffer } from './line-buffer.js';
import { redactDraft } from './redact-draft.js';

/** An event before it has its place. Task id and agent are canonical already. */
export interface Draft {
  /** Made by whoever hands it over: where an event has it already, that is the event. */
  id?: string | undefined;
  event: string;
  task_id: string;
  source: string;
  summary: string;
  data: Record<string, unknown>;
  session_id?: string | undefined;
  /** Without a session id: begins a new session instead of joining the open one. */
  opensSession?: boolean | undefined;
  parent_id?: string | undefined;
  idempotency_key?: string | undefined;
  /** The key alone decides: whatever else is told under it later is the same event told again. */
  firstWins?: boolean | undefined;
  /** Nothing can have been told under the key before: it is noted and not looked up. */
  hasNewKey?: boolean | undefined;
  /** Keeps the time it happened, and files the event by its date: imports, and what waited in the spool. */
  ts?: string | undefined;
}

export interface Appended {
  event: LedgerEvent;
  /** As it stands in the file, without its newline. */
  line: string;
  /** Its idempotency key was known: this is the first event, and nothing was written. */
  isDuplicate: boolean;
  /** How many sessions of the agent are open after it. */
  openSessions: number;
}

/** So many lines to hash take longer than loading what hashes them faster. */
const MANY_DRAFTS = 10;

interface Batch {
  lines: LineBuffer;
  keys: KeyRecord[];
  /** What was appended under a key in this batch. */
  byKey: Map<string, Appended>;
  /** What was appended in this batch under an id that its caller made. */
  byId: Map<string, Appended>;
  /** The days near this one are looked after: keys can be looked up. */
  isCaughtUp: boolean;
}

/**
 * Appends drafts in their order.
 * @returns for each draft what became of it: the event, or the Failure (`data`) that refused it
 * @throws Failure `disk` or `unsafe` when a day file cannot be written: none of that day's drafts is in it
 */
export function appendEvents(held: HeldAgent, drafts: Draft[], options: DayOptions): (Appended | Failure)[] {
  const { clock } = held.workspace;
  const { rules = BUILT_IN } = options;
  if (drafts.length >= MANY_DRAFTS) expectMuchToHash();
  const outcomes: (Appended | Failure)[] = [];
  let stamp = { atMs: Number.NaN, ts: '' };
  const stamped = drafts.map(draft => {
    const atMs = clock.nowMs();
    if (atMs !== stamp.atMs) stamp = { atMs, ts: formatTimestamp(atMs, clock.offsetMinutes(atMs)) };
    return { draft: redactDraft(draft, rules), ts: draft.ts ?? stamp.ts };
  });
  for (let start = 0; start < stamped.length; ) {
    const day = stamped[start]!.ts.slice(0, 10);
    const next = stamped.findIndex(({ ts }, index) => index > start && ts.slice(0, 10) !== day);
    const end = next === -1 ? stamped.length : next;
    const ofDay = stamped.slice(start, end);
    outcomes.push(...withDay(held, day, options, opened => appendToDay(opened, ofDay, options)));
    start = end;
  }
  return outcomes;
}

function appendToDay(opened: OpenDay, drafts: Stamped[], options: DayOptions): (Appended | Failure)[] {
  const batch: Batch = {
    lines: new LineBuffer(drafts.length),
    keys: [],
    byKey: new Map(),
    byId: new Map(),
    isCaughtUp: false,
  };
  const outcomes = drafts.map(stamped => {
    try {
      return known(opened, stamped.draft, batch, options) ?? place(opened, stamped, batch, options);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'data') return error;
      throw error;
    }
  });
  if (batch.lines.length === 0) {
    if (opened.isStale) rememberViews(opened, batch, options);
    return outcomes;
  }
  appendBytes(opened.file, batch.lines.all());
  opened.head.size = opened.file.size;
  rememberViews(opened, batch, options);
  return outcomes;
}

/** The log has what it should; a view of it that cannot be stored now is made again by the next append. */
function rememberViews(opened: OpenDay, batch: Batch, { warn }: DayOptions): void {
  try {
    if (batch.keys.length > 0) opened.keys().note(opened.day, batch.keys);
    writeHead(opened.held, opened.day, opened.head);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`the ledger is whole, but could not be noted in the control plane: ${error.message}`);
  }
}

/** The event that this draft is already: it has its id, or its idempotency key, in this batch or in the last 48 hours. */
function known(opened: OpenDay, draft: Draft, batch: Batch, options: DayOptions): Appended | undefined {
  const { id, idempotency_key: key, hasNewKey } = draft;
  const byId = id === undefined ? undefined : (batch.byId.get(id) ?? findById(opened, id, options));
  const earlier = key === undefined ? undefined : batch.byKey.get(key);
  const byKey =
    key === undefined || hasNewKey ? earlier : (earlier ?? findRecent(opened, key, batch, options));
  const found = byId ?? byKey;
  if (found === undefined) return undefined;
  if (!draft.firstWins && !sameContent(found.event, draft)) {
    const name = byId ? `id "${id}"` : `idempotency key "${shorten(key!)}"`;
    throw new Failure('data', `the ${name} already stands for another event (${found.event.id})`);
  }
  return { event: found.event, line: found.line, isDuplicate: true, openSessions: opened.head.open.length };
}

function findRecent(opened: OpenDay, key: string, batch: Batch, options: DayOptions): Found | undefined {
  if (!batch.isCaughtUp) catchUpNearby(opened, options);
  batch.isCaughtUp = true;
  return findByKey(opened, key);
}

/** Gives a draft its place at the end of the day: the head moves on only when the event is valid. */
function place(opened: OpenDay, stamped: Stamped, batch: Batch, options: DayOptions): Appended {
  const { held, day, head, file } = opened;
  const event = compose(opened, stamped, options);
  const line = formatChained(event);
  const bytes = batch.lines.draft(line);
  assertFits(bytes.length + 1);
  const offset = file.size + batch.lines.length;
  batch.lines.keep();
  head.seq++;
  head.hash = lineHash(bytes);
  foldSession(head, sessionLine(event), { agent: held.agent, day }, options.sessionIdleMs);
  const appended = { event, line, isDuplicate: false, openSessions: head.open.length };
  const key = event.idempotency_key;
  if (stamped.draft.id !== undefined) batch.byId.set(stamped.draft.id, appended);
  if (key) {
    batch.keys.push({ key, offset });
    batch.byKey.set(key, appended);
  }
  return appended;
}
