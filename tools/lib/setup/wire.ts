/** Wiring a client, and taking it out again: what would change, and doing it. */
import { type Change, carryOut, planInstall, planRemoval } from './change.js';
import type { Client, Context } from './clients/client.js';
import { CLIENTS } from './clients/known.js';
import type { Installation } from './installation.js';
import { type Memory, recall, recallAll, withMemory } from './memory.js';
import { shimTarget } from './shim.js';
import type { Target } from './target.js';

export interface Wiring {
  client: Client;
  context: Context;
  memory: Memory;
  /** Undefined: take it out. */
  installation: Installation | undefined;
}

export interface Planned {
  changes: Change[];
  notes: string[];
}

export interface Done extends Planned {
  /** For each change the path of its backup. */
  backups: (string | undefined)[];
}

/** What wiring would do. It writes nothing. @throws Failure `data` for a configuration that is malformed */
export function planWiring(wiring: Wiring): Planned {
  const { client, context, memory, installation } = wiring;
  const own = client.targets(context);
  const plans = installation
    ? [shimTarget(client.executable, context, installation), ...own].map(planInstall)
    : [...own.toReversed(), ...unusedShim(wiring, own)].map(target => planRemoval(target, memory));
  const changes = plans.filter(({ kind }) => kind !== 'none');
  const after = installation ? client.notes(context) : (client.partingNotes?.(context) ?? []);
  return { changes, notes: [...plans.flatMap(({ notes }) => notes), ...(changes.length > 0 ? after : [])] };
}

/** Does it. @throws Failure `contention` when a file changes at the same moment: those before it are done */
export function wire(wiring: Wiring): Done {
  const { client, memory, installation } = wiring;
  return withMemory(memory, () => {
    const planned = planWiring(wiring);
    const name = installation && client.name;
    return { ...planned, backups: planned.changes.map(change => carryOut(change, memory, name)) };
  });
}

/** The shim, when we remember making it and no other client that we wired needs it. */
function unusedShim({ client, context, memory }: Wiring, own: Target[]): Target[] {
  const gone = new Set(own.map(({ store }) => store.name));
  const shim = shimTarget(client.executable, context, { bin: '', suffix: '', node: '', package: '' });
  if (recall(memory, shim.store.name) === undefined) return [];
  const isNeeded = recallAll(memory).some(
    ({ name, client: other }) =>
      !gone.has(name) &&
      name !== shim.store.name &&
      CLIENTS.find(({ name: known }) => known === other)?.executable === client.executable,
  );
  return isNeeded ? [] : [shim];
}
