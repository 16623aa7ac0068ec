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

/** The last line git wrote that says something, for a person to read: never for a program to decide on. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).flatMap(line => {
    const text = line.replace(/^(?:remote: ?|fatal: |error: )+/, '').trim();
    return text === '' || text.startsWith('hint:') ? [] : [withoutUserInfo(text)];
  });
  return lines.at(-1)?.slice(0, 300) ?? 'no reason given';
}

/** URLs as they may be shown: without user name, password or token. */
export function withoutUserInfo(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@'"]{1,1000}@/gi, '$1');
}
