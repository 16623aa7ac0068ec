/** From a draft to an event with its place in the chain. */
import { parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { assertWritable, type ChainedEvent, type LedgerEvent } from '../record/event.js';
import { formatSessionId, uuidV7 } from '../record/ids.js';
import type { Draft } from './append.js';
import type { DayOptions, OpenDay } from './day.js';
import { currentSession } from './head.js';

/** A draft with the time it happened. */
export interface Stamped {
  draft: Draft;
  ts: string;
}

/** The event as it would stand after the head. @throws Failure `data` when it is none */
export function compose(opened: OpenDay, stamped: Stamped, options: DayOptions): ChainedEvent {
  const { workspace } = opened.held;
  const { head } = opened;
  const event = told(opened, stamped, options);
  const { ts, parent_id, idempotency_key } = event;
  const chained: ChainedEvent = {
    ts,
    agent: event.agent,
    session_id: event.session_id,
    event: event.event,
    task_id: event.task_id,
    source: event.source,
    summary: event.summary,
    data: event.data,
    id: stamped.draft.id ?? uuidV7(parseTimestamp(ts)!),
    schema_version: 1,
    writer: workspace.writer,
    worktree: workspace.worktree,
    seq: head.seq + 1,
    prev: head.hash,
  };
  if (parent_id !== undefined) chained.parent_id = parent_id;
  if (idempotency_key !== undefined) chained.idempotency_key = idempotency_key;
  return chained;
}

/** What the draft tells, with its time and session. What is added to it is ours, and right as it is made. */
function told({ held, day, head }: OpenDay, { draft, ts }: Stamped, options: DayOptions): LedgerEvent {
  const { agent } = held;
  const atMs = parseTimestamp(ts);
  if (atMs === undefined)
    throw new Failure('data', `"${ts}" is not a timestamp like 2026-11-24T17:03:09.041+07:00`);
  const event: LedgerEvent = {
    ts,
    agent,
    session_id:
      draft.session_id ??
      (draft.opensSession ? undefined : currentSession(head, atMs, options.sessionIdleMs)) ??
      formatSessionId({ day, agent, number: head.sessions + 1 }),
    event: draft.event,
    task_id: draft.task_id,
    source: draft.source,
    summary: draft.summary,
    data: draft.data,
  };
  if (draft.parent_id !== undefined) event.parent_id = draft.parent_id;
  if (draft.idempotency_key !== undefined) event.idempotency_key = draft.idempotency_key;
  assertWritable(event);
  return event;
}
