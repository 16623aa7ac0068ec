/** Expecting a Failure: its kind is the exit status, its message is what the user reads. */
import { expect } from 'vitest';
import { Failure, type FailureKind } from '../../tools/lib/failure.js';

/** The message of the Failure that `action` throws; it must be one line. */
export function refusal(kind: FailureKind, action: () => unknown): string {
  let thrown: unknown = 'nothing was thrown';
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  return messageOf(kind, thrown);
}

/** `refusal` of something asynchronous. */
export async function rejection(kind: FailureKind, promise: Promise<unknown>): Promise<string> {
  return messageOf(kind, await promise.then(() => 'nothing was thrown').catch((error: unknown) => error));
}

function messageOf(kind: FailureKind, thrown: unknown): string {
  expect(thrown).toBeInstanceOf(Failure);
  const { kind: thrownKind, message } = thrown as Failure;
  expect(`${thrownKind}: ${message}`).toMatch(new RegExp(`^${kind}: [^\\n]+$`));
  return message;
}
