/** Events: their one written form, and what makes a value one. */
import { Failure } from '../failure.js';
import type { LedgerEvent } from './generated/event.js';
import { isEvent } from './generated/is-event.js';
import { shorten } from './ids.js';
import { describeEvent } from './problem.late.js';

export type { LedgerEvent };

/** The longest line, in bytes, its newline included. */
export const LONGEST_LINE_BYTES = 256 * 1024;

/** The line of an event, without its newline. Its fields stand as they were put in: the required eight first. */
export function formatEvent(event: LedgerEvent): string {
  return JSON.stringify(event);
}

/** An event with its place in a chain, as it is appended. */
export type ChainedEvent = Required<Omit<LedgerEvent, 'parent_id' | 'idempotency_key'>> &
  Pick<LedgerEvent, 'parent_id' | 'idempotency_key'>;

/** Text that stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/**
 * What `formatEvent` gives for it, in two thirds of the time. Only what the caller may choose is quoted; of the rest
 * the schema admits nothing that would need it.
 */
export function formatChained(event: ChainedEvent): string {
  const { ts, agent, session_id, task_id, source, summary, data } = event;
  const { id, schema_version, writer, worktree, seq, prev, parent_id, idempotency_key } = event;
  const required = `{"ts":"${ts}","agent":"${agent}","session_id":${quote(session_id)},"event":"${event.event}","task_id":${quote(task_id)},"source":${quote(source)},"summary":${quote(summary)},"data":${JSON.stringify(data)}`;
  const place = `,"id":"${id}","schema_version":${schema_version},"writer":"${writer}","worktree":"${worktree}","seq":${seq},"prev":"${prev}"`;
  const parent = parent_id === undefined ? '' : `,"parent_id":${quote(parent_id)}`;
  const key = idempotency_key === undefined ? '' : `,"idempotency_key":${quote(idempotency_key)}`;
  return `${required}${place}${parent}${key}}`;
}

/** What the schema finds wrong with a value, as one phrase; undefined when it is an event. */
export function eventProblem(value: unknown): string | undefined {
  return isEvent(value) ? undefined : describeEvent(value);
}

/** @throws Failure `data` when the event breaks its schema */
export function assertWritable(event: LedgerEvent): void {
  const problem = eventProblem(event);
  if (problem !== undefined) throw new Failure('data', `${problem} (${shorten(event.summary)})`);
}

/**
 * @param lineBytes how long the line of an event is, with its newline
 * @throws Failure `data` when it would be longer than 256 KiB
 */
export function assertFits(lineBytes: number): void {
  if (lineBytes <= LONGEST_LINE_BYTES) return;
  const size = `${Math.ceil(lineBytes / 1024)} KiB`;
  throw new Failure(
    'data',
    `the event is ${size} long; a line holds at most 256 KiB, so keep large output in a file`,
  );
}
