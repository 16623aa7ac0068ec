/** Events: their one written form, and what makes a value one. */
import { Failure } from '../failure.js';
import type { LedgerEvent } from './generated/event.js';
import { validateEvent } from './generated/validate-event.js';
import { shorten } from './ids.js';
import { describeProblem, type SchemaProblem } from './problem.js';

export type { LedgerEvent };

/** The longest line, in bytes, its newline included. */
export const LONGEST_LINE_BYTES = 256 * 1024;

const ORDER = [
  ...['ts', 'agent', 'session_id', 'event', 'task_id', 'source', 'summary', 'data'],
  ...['id', 'schema_version', 'writer', 'worktree', 'seq', 'prev', 'parent_id', 'idempotency_key'],
] as const satisfies readonly (keyof LedgerEvent)[];

/** The line of an event, without its newline: our fields in their fixed order. */
export function formatEvent(event: LedgerEvent): string {
  const ordered: Record<string, unknown> = {};
  for (const key of ORDER) if (event[key] !== undefined) ordered[key] = event[key];
  return JSON.stringify(ordered);
}

/** What the schema finds wrong with a value, as one phrase; undefined when it is an event. */
export function eventProblem(value: unknown): string | undefined {
  return validateEvent(value) ? undefined : describeProblem(validateEvent.errors as SchemaProblem[]);
}

/** @throws Failure `data` when the event breaks its schema or its line would be longer than 256 KiB */
export function assertWritable(event: LedgerEvent, line: Uint8Array): void {
  if (line.length > LONGEST_LINE_BYTES) {
    const size = `${Math.ceil(line.length / 1024)} KiB`;
    throw new Failure(
      'data',
      `the event is ${size} long; a line holds at most 256 KiB, so keep large output in a file`,
    );
  }
  const problem = eventProblem(event);
  if (problem !== undefined) throw new Failure('data', `${problem} (${shorten(event.summary)})`);
}
