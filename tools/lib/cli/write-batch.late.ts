/** `--stdin` as a part of its own: who writes one event does not carry it along. */
import type { Call } from './command.js';
import { writeBatch } from './write-batch.js';

/** @returns the exit status */
export function runBatch(call: Call): Promise<number> {
  return writeBatch(call);
}
