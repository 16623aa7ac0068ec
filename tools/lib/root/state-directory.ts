import { join } from 'node:path';
import { builtin } from '../builtin.js';

/** Where what belongs to this machine and to no repository lies: `$XDG_STATE_HOME/agent-ledger`. */
export function stateDirectory(environment: Record<string, string | undefined>): string {
  const { XDG_STATE_HOME, HOME } = environment;
  const state = XDG_STATE_HOME || join(HOME || builtin('node:os').homedir(), '.local/state');
  return join(state, 'agent-ledger');
}
