/**
 * Idempotency keys. A key names a piece of work by everything that it depends on: whoever honours keys does the
 * work once, however often it is asked. `ik:` and the SHA-256 of the RFC 8785 JSON of
 * `[version, step, agent, action, task_id, snapshot_id, inputs, expected_outputs, iteration]`.
 */
import { Failure } from '../failure.js';
import { canonicalJson } from '../record/json.js';
import { sha256Hex } from '../sha256.js';

export interface KeyParts {
  step: string;
  agent: string;
  action: string;
  task_id: string;
  snapshot_id: string;
  inputs: Record<string, unknown>;
  expected_outputs: readonly string[];
  /** From 1; another round of a review is other work. */
  iteration: number;
}

const VERSION = 1;

export function idempotencyKey(parts: KeyParts): string {
  const { step, agent, action, task_id, snapshot_id, inputs, expected_outputs, iteration } = parts;
  return `ik:${digest([
    ...[VERSION, step, agent, action, task_id, snapshot_id],
    ...[inputs, expected_outputs, iteration],
  ])}`;
}

/** SHA-256, hex, of the RFC 8785 JSON of a value. */
export function digest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/**
 * Notes what a key stands for.
 * @param payload a digest
 * @throws Failure `data` when the key stands for something else already
 */
export function bindKey(known: Map<string, string>, key: string, payload: string): void {
  const earlier = known.get(key);
  if (earlier !== undefined && earlier !== payload) {
    throw new Failure('data', `the idempotency key ${key} stands for another payload already`);
  }
  known.set(key, payload);
}
