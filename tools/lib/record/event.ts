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

/** What the schema finds wrong with a value, as one phrase; undefined when it is an event. */
export function eventProblem(value: unknown): string | undefined {
  return isEvent(value) ? undefined : describeEvent(value);
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
