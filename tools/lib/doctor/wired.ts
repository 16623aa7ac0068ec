/** Finds where clients are wired: for the user, and in the project one is in. */
import { Failure } from '../failure.js';
import { type Client, type Context, hookWords } from '../setup/clients/client.js';
import { CLIENTS } from '../setup/clients/known.js';
import { callingHooks, stepsToInstall } from '../setup/hook-list.js';
import type { Target } from '../setup/target.js';
import type { WiredClient } from './world.js';

type Whose = Omit<Context, 'scope' | 'agent'>;

/** Every configuration in which a client is wired, or which is malformed. */
export function findWired(whose: Whose): WiredClient[] {
  return CLIENTS.filter(({ executable }) => executable !== 'status-update').flatMap(client =>
    client.scopes.flatMap(scope => {
      const context: Context = { ...whose, scope, agent: undefined };
      return client.targets(context).flatMap(target => wiredIn(client, context, target) ?? []);
    }),
  );
}

function wiredIn(client: Client, context: Context, { store, hooks }: Target): WiredClient | undefined {
  const path = store.name;
  const text = context.read(path);
  if (text === undefined || text.trim() === '') return undefined;
  const found = { client, context, path, text, problem: undefined };
  if (hooks === undefined) return wiredByPlugin(found);
  try {
    const value = hooks.format.parse(text.replace(/^\uFEFF/, ''));
    const calling = callingHooks(value);
    if (calling.length === 0) return undefined;
    const { steps } = stepsToInstall(value, hooks.wanted);
    const missing = steps.filter(({ kind }) => kind === 'append').map(({ event }) => event);
    return { ...found, value, hooks: calling, missing };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...found, value: undefined, problem: error.message, hooks: [], missing: [] };
  }
}

/** A plugin of ours calls the shim by itself. */
function wiredByPlugin(found: Omit<WiredClient, 'value' | 'hooks' | 'missing'>): WiredClient {
  const [command, ...args] = hookWords(found.client, found.context, found.client.name);
  const place = { event: 'plugin', matcher: undefined, group: 0, index: 0, isOurs: true };
  const hooks = [{ ...place, hook: { type: 'command', command, args } }];
  return { ...found, value: {}, hooks, missing: [] };
}
