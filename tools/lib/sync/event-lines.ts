/** Lines of a day file as the branch takes them: valid events of one agent, day and writer, each ended by a newline. */
import { isUtf8 } from 'node:buffer';
import { genesisHash, lineHash } from '../ledger/chain.js';
import { fieldsOf } from '../ledger/inspect/line.js';
import { eventProblem, LONGEST_LINE_BYTES } from '../record/event.js';
import { EventScanner } from '../record/scan/event.js';
import type { EventFields } from '../record/scan/recognised.js';

export interface Whose {
  agent: string;
  day: string;
  writer: string;
}

export interface CheckedLine {
  /** With its newline. */
  bytes: Buffer;
  /** What is wrong with it; undefined when it may be on the branch. */
  problem: string | undefined;
  event: EventFields | undefined;
}

const NEWLINE = 10;
const RETURN = 13;

/** Checks each line of whole lines; what follows the last newline is left out. */
export function* checkedLines(bytes: Buffer, whose: Whose): Generator<CheckedLine> {
  const scanner = new EventScanner();
  const isText = isUtf8(bytes);
  if (isText) scanner.open(bytes);
  for (let start = 0; ; ) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return;
    const line = bytes.subarray(start, end + 1);
    const event = isText ? scanner.recognise(start, end) : undefined;
    yield { bytes: line, ...judge(line, event, whose) };
    start = end + 1;
  }
}

function judge(
  line: Buffer,
  recognised: EventFields | undefined,
  whose: Whose,
): Pick<CheckedLine, 'problem' | 'event'> {
  if (line.length > LONGEST_LINE_BYTES) return { problem: 'is longer than 256 KiB', event: undefined };
  const { problem, event } = recognised ? { problem: undefined, event: recognised } : parse(line);
  return { problem: problem ?? misplaced(event!, whose), event };
}

/** The long way, for what is not recognised. */
function parse(line: Buffer): Pick<CheckedLine, 'problem' | 'event'> {
  if (!isUtf8(line) || line.at(-2) === RETURN) {
    return { problem: 'is not UTF-8 text that ends with LF', event: undefined };
  }
  try {
    const value: unknown = JSON.parse(line.toString());
    const problem = eventProblem(value);
    return { problem, event: problem === undefined ? fieldsOf(value) : undefined };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'is not JSON', event: undefined };
    throw error;
  }
}

function misplaced(event: EventFields, { agent, day, writer }: Whose): string | undefined {
  if (event.agent !== agent) return `is of the agent ${event.agent}`;
  if (event.day !== day) return `is of ${event.day}`;
  return event.writer === undefined || event.writer === writer ? undefined : `is by ${event.writer}`;
}

/**
 * The chain of a writer's day, line by line. Lines without a place in it, of older tools, are passed over. A number that was
 * there already or a wrong hash breaks it; a number that is too high shows that its writer has lost events, which is told and is no break.
 */
export class ChainCheck {
  private seq = 0;
  private hash: string;
  /** How many events are missing. */
  missing = 0;

  constructor({ agent, day, writer }: Whose) {
    this.hash = genesisHash(agent, day, writer);
  }

  /** @returns what is wrong with the line's place; undefined when it continues the chain */
  step({ bytes, event }: CheckedLine): string | undefined {
    if (event?.writer === undefined || event.seq === undefined || event.prev === undefined) return undefined;
    const { seq, prev } = event;
    if (seq <= this.seq) return `repeats number ${seq} of its chain`;
    if (seq === this.seq + 1 && prev !== this.hash) return 'does not continue the chain of its writer';
    this.missing += seq - this.seq - 1;
    this.seq = seq;
    this.hash = lineHash(bytes.subarray(0, -1));
    return undefined;
  }

  /** Goes on behind lines that are known to be good: their last one with a place counts. @returns whether there was one */
  resume(bytes: Buffer): boolean {
    for (let end = bytes.length; end > 0; ) {
      const start = bytes.lastIndexOf(NEWLINE, end - 2) + 1;
      const { event } = parse(bytes.subarray(start, end));
      if (event?.writer !== undefined && event.seq !== undefined && event.prev !== undefined) {
        this.seq = event.seq;
        this.hash = lineHash(bytes.subarray(start, end - 1));
        return true;
      }
      end = start;
    }
    return false;
  }
}
