/** What a reader passed over, kept so that it can be said: nothing is left out in silence. */
import type { Failure, FailureKind } from '../failure.js';

interface SkippedLines {
  count: number;
  /** Line number of the first. */
  first: number | undefined;
  isTorn: boolean;
}

const MOST_MESSAGES = 10;

export class Skipped {
  /** By its message, each file or directory that could not be read. */
  private readonly failures = new Map<string, Failure>();
  private readonly untold = new Set<string>();
  private readonly files = new Map<string, SkippedLines>();

  /** What kind of thing went wrong first; undefined when everything could be read. */
  get firstKind(): FailureKind | undefined {
    return this.failures.values().next().value?.kind;
  }

  /** A file or directory that could not be read; the same one again says nothing new. */
  failure(failure: Failure): void {
    if (this.failures.has(failure.message)) return;
    this.failures.set(failure.message, failure);
    this.say(failure.message);
  }

  /** A file that was there when the files were listed: what shared it may have put others in its place. */
  gone(path: string): void {
    this.say(`there is no ${path} any more; its events are not shown`);
  }

  /** Anything else the user must know. */
  say(message: string): void {
    this.untold.add(message);
  }

  /** A line that is no event. @param number its number in the file, where that is known */
  line(path: string, number?: number): void {
    this.lines(path).count++;
    this.lines(path).first ??= number;
  }

  /** A last line that lacks its newline and is no event. */
  tornLine(path: string): void {
    this.lines(path).isTorn = true;
  }

  private lines(path: string): SkippedLines {
    const lines = this.files.get(path) ?? { count: 0, first: undefined, isTorn: false };
    this.files.set(path, lines);
    return lines;
  }

  /** What the user has not been told yet, one sentence for each file. */
  takeMessages(): string[] {
    const messages = [...this.untold, ...[...this.files].map(([path, lines]) => sentence(path, lines))];
    this.untold.clear();
    this.files.clear();
    const left = messages.length - MOST_MESSAGES;
    return left <= 0 ? messages : [...messages.slice(0, MOST_MESSAGES), `the same of ${left} more files`];
  }
}

function sentence(path: string, { count, first, isTorn }: SkippedLines): string {
  const torn = isTorn ? 'the torn last line' : '';
  if (count === 0) return `skipped ${torn} of ${path}`;
  const at = first === undefined ? '' : count === 1 ? `, line ${first}` : `, first line ${first}`;
  const broken = `${count} ${count === 1 ? 'line that is no event' : 'lines that are no events'}${at}`;
  return `skipped ${broken}${torn && ` and ${torn}`} in ${path}; "ledger-validate" says why`;
}
