/** The chain of a day file, or of a writer's segments: fed with every line, told at the end. */

import type { Report } from '../../record/finding.js';
import type { EventFields } from '../../record/scan/recognised.js';
import { diagnose } from './chain-diagnosis.js';
import { type Anchor, RunTracker } from './chain-runs.js';
import type { Expected } from './line.js';
import type { LineMap, Location } from './line-map.js';

interface Span {
  first: number;
  last: number;
}

/** That many stretches of lines without a chain are named. */
const NAMED_SPANS = 8;

export class ChainFollower {
  private tracker: RunTracker | undefined;
  private first: number | undefined;
  private last = -1;
  private readonly unchained: Span[] = [];
  private unchainedCount = 0;

  /** @param anchor what the head of the day says of the last line */
  constructor(
    private readonly expected: Expected,
    private readonly anchor: Anchor | undefined,
  ) {
    const { agent, day } = expected;
    if (anchor && agent !== undefined && day !== undefined) {
      this.tracker = new RunTracker(agent, day, anchor);
    }
  }

  /** @param event undefined when the line is no JSON object */
  add(event: EventFields | undefined, number: number, hashOf: () => string): void {
    this.first ??= number;
    this.last = number;
    if (event === undefined) return;
    const { writer, seq, prev, agent, day } = event;
    if (writer === undefined || seq === undefined || prev === undefined) {
      this.noteUnchained(number);
      return;
    }
    this.tracker ??= new RunTracker(this.expected.agent ?? agent, this.expected.day ?? day);
    const isForeign = agent !== this.tracker.agent || day !== this.tracker.day;
    this.tracker.add({ number, writer, seq, prev, hash: hashOf(), isForeign });
  }

  private noteUnchained(number: number): void {
    this.unchainedCount++;
    const span = this.unchained.at(-1);
    if (span?.last === number - 1) span.last = number;
    else if (this.unchained.length < NAMED_SPANS) this.unchained.push({ first: number, last: number });
  }

  /** Reports what happened to the chain. @param shown the file to name when it has no lines */
  finish(lines: LineMap, shown: string, report: Report): void {
    const locate = (number: number): Location =>
      this.first === undefined ? { path: shown, line: 1 } : lines.locate(number);
    const isOneFile = locate(this.first ?? 0).path === locate(this.last).path;
    const name = (number: number): string => {
      const { path, line } = locate(number);
      return isOneFile ? `line ${line}` : `line ${line} of ${path}`;
    };
    if (this.tracker) {
      for (const { number, code, message } of diagnose(this.tracker, {
        name,
        first: this.first ?? 0,
        last: this.last,
      })) {
        report({ ...locate(number), code, message });
      }
    }
    if (this.unchainedCount > 0) {
      report({
        ...locate(this.unchained[0]!.first),
        code: 'unchained',
        message: this.describeUnchained(number => String(locate(number).line)),
      });
    }
    if (this.tracker && !this.anchor) {
      const message = 'no head is known for this file; a lost tail or a changed last line would not show';
      report({ ...locate(this.last), code: 'unanchored', message });
    }
  }

  private describeUnchained(lineOf: (number: number) => string): string {
    const spans = this.unchained.map(({ first, last }) =>
      first === last ? lineOf(first) : `${lineOf(first)}–${lineOf(last)}`,
    );
    const named = this.unchained.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const more = named < this.unchainedCount ? ', …' : '';
    const lines = this.unchainedCount === 1 ? 'line carries' : 'lines carry';
    return `${this.unchainedCount} ${lines} no chain: ${spans.join(', ')}${more}`;
  }
}
