/** What messages hide: the built-in rules, until a command has read its configuration. */
import { BUILT_IN, type Rules } from '../redact/rules.js';
import type { Io } from './command.js';

const configured = new WeakMap<Io, Rules>();

export function useMessageRules(io: Io, rules: Rules): void {
  configured.set(io, rules);
}

export function messageRules(io: Io): Rules {
  return configured.get(io) ?? BUILT_IN;
}
