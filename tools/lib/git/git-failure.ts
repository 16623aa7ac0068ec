/** What git could not do. */
import { Failure, type FailureKind } from '../failure.js';

/** As for every failure, the mark tells it, because a program and its late parts have a class each. */
const MARK = Symbol.for('agent-ledger.git-failure');

export class GitFailure extends Failure {
  static override [Symbol.hasInstance](value: unknown): value is GitFailure {
    return value instanceof Error && MARK in value;
  }

  readonly [MARK] = true;
  /** Worth another try later without anything being changed: the network, a lock, a time limit. */
  readonly isRetryable: boolean;

  /** @param message one line, without credentials */
  constructor(
    kind: FailureKind,
    message: string,
    { isRetryable = false, cause }: { isRetryable?: boolean; cause?: unknown } = {},
  ) {
    super(kind, message, { cause });
    this.name = 'GitFailure';
    this.isRetryable = isRetryable;
  }
}

/**
 * The line of git's that says what is wrong, for a person to read: never for a program to decide on. That is the last one. But
 * where advice follows the last failure it names, as for a remote that is not there, that failure only sums up the line before.
 */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter(line => line.trim() !== '' && !line.startsWith('hint:'));
  const last = lines.findLastIndex(line => /^(?:fatal|error): /.test(line));
  const isAdvised = last > 0 && last < lines.length - 1;
  const line = isAdvised ? lines[last - 1] : lines.at(-1);
  const text = line?.replace(/^(?:remote: ?|fatal: |error: )+/, '').trim();
  return withoutUserInfo(text || 'no reason given').slice(0, 300);
}

/** URLs as they may be shown: without user name, password or token. */
export function withoutUserInfo(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@'"]{1,1000}@/gi, '$1');
}
