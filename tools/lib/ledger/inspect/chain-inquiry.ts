/** What is found out about a chain, in words. */
import type { FindingCode } from '../../record/finding.js';
import type { Copies, Run, RunTracker } from './chain-runs.js';
import type { Strand } from './chain-strands.js';

export interface Diagnosis {
  number: number;
  code: FindingCode;
  message: string;
}

export interface DayLines {
  /** Names a line for a message: `line 7`. */
  name: (number: number) => string;
  /** The first and the last line of the day, whoever wrote them. */
  first: number;
  last: number;
}

export class Inquiry {
  readonly findings: Diagnosis[] = [];
  /** Strands without a place in any day. */
  readonly strays = new Set<Strand>();
  private readonly changed = new Set<number>();

  constructor(
    readonly tracker: RunTracker,
    readonly lines: DayLines,
  ) {}

  isChanged(number: number): boolean {
    return this.changed.has(number);
  }

  change(number: number, message: string): void {
    if (this.changed.has(number)) return;
    this.changed.add(number);
    this.add(number, 'chain-changed', message);
  }

  /** These lines stand where others were appended. */
  replace(first: number, last: number): void {
    const span = this.span(first, last, ['was', 'were']);
    this.change(first, `${span} changed: not what was appended in this place`);
  }

  /** Events are missing before a line. @param witness the line before them, which they confirmed */
  miss(number: number, missing: number, witness: number | undefined): void {
    const events = missing === 1 ? '1 event is' : `${missing} events are`;
    const doubt = witness === undefined ? '' : `; nothing confirms ${this.lines.name(witness)} any more`;
    this.add(number, 'chain-missing', `${events} missing before this line${doubt}`);
  }

  lose(number: number, lost: number): void {
    const events = lost === 1 ? '1 event after this line is' : `${lost} events after this line are`;
    this.add(number, 'chain-lost-tail', `${events} lost`);
  }

  move({ firstNumber, lastNumber }: Run, before: Run | undefined): void {
    const place = before ? `after ${this.lines.name(before.lastNumber)}` : 'at the beginning';
    const span = this.span(firstNumber, lastNumber, ['belongs', 'belong']);
    this.add(firstNumber, 'chain-moved', `${span} ${place}`);
  }

  insert({ firstNumber, lastNumber, isForeign }: Run): void {
    const why = isForeign ? 'of another agent or day' : 'no part of the chain';
    this.add(firstNumber, 'chain-inserted', `${this.span(firstNumber, lastNumber, ['is', 'are'])} ${why}`);
  }

  copy({ firstNumber, lastNumber, original }: Copies): void {
    const span = this.span(firstNumber, lastNumber, ['is', 'are']);
    this.add(firstNumber, 'chain-inserted', `${span} a copy of ${this.lines.name(original)}`);
  }

  add(number: number, code: FindingCode, message: string): void {
    this.findings.push({ number, code, message });
  }

  /** The verb for one line, or, with the last one named, for several: `is`, `up to line 9: are`. */
  private span(first: number, last: number, [one, several]: [string, string]): string {
    return first === last ? one : `up to ${this.lines.name(last)}: ${several}`;
  }
}
