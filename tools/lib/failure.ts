/**
 * The one way a library reports an expected failure. Anything thrown that is not a Failure is a bug
 * and is shown with its stack. `cli/exit-codes.ts` maps each kind to its exit status.
 */
export type FailureKind =
  | 'no' // the answer is no: invalid lines, held by another, drift
  | 'contention' // somebody else kept the lock for too long
  | 'setup' // no root, no repository, no ledger branch
  | 'missing' // no such file, task, claim, run or session
  | 'finished' // already done
  | 'rewound' // the remote lost commits we have seen
  | 'usage' // the arguments are wrong
  | 'data' // the input is wrong
  | 'disk' // the disk refused
  | 'offline' // the network or the remote refused
  | 'unsafe'; // a path leaves the root, or permission is missing

/** A program and its late parts have a class each: a failure is told by its mark, whichever made it. */
const MARK = Symbol.for('agent-ledger.failure');

export class Failure extends Error {
  static override [Symbol.hasInstance](value: unknown): value is Failure {
    return value instanceof Error && MARK in value;
  }

  readonly [MARK] = true;
  readonly kind: FailureKind;

  /** @param message one line: what was wrong and what to do, without the tool's name */
  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Failure';
    this.kind = kind;
  }
}
