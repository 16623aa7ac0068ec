/** Idempotency keys as a part of their own: most events have none. */
import type { HeldAgent } from '../root/workspace.js';
import { AgentKeys, type KeysOfDay } from './keys.js';

export function openKeysPart(held: HeldAgent, keysOfDay: KeysOfDay): AgentKeys {
  return new AgentKeys(held, keysOfDay);
}
