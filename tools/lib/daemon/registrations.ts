/**
 * Agents that have registered: as long as one of the processes they named is alive, the daemon gives signs of life for
 * them and renews their leases. Kept in the control plane for the daemon's successor.
 */
import { join } from 'node:path';
import { errnoOf } from '../disk/errno.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { isAgentName } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';

export class Registrations {
  private readonly agents = new Map<string, Set<number>>();
  private readonly path: string;

  constructor(control: string) {
    this.path = join(control, 'ledgerd.agents.json');
    for (const [agent, pids] of readRegistrations(this.path)) this.agents.set(agent, new Set(pids));
  }

  add(agent: string, pid: number): void {
    this.agents.set(agent, (this.agents.get(agent) ?? new Set()).add(pid));
    this.keep();
  }

  remove(agent: string): void {
    if (this.agents.delete(agent)) this.keep();
  }

  /** The agents of which a process is alive; the others are forgotten. */
  alive(): string[] {
    let hasChanged = false;
    for (const [agent, pids] of this.agents) {
      for (const pid of pids) if (!isAlive(pid)) hasChanged = pids.delete(pid);
      if (pids.size === 0) this.agents.delete(agent);
    }
    if (hasChanged) this.keep();
    return [...this.agents.keys()];
  }

  private keep(): void {
    const agents = [...this.agents].map(([agent, pids]) => [agent, [...pids]]);
    replaceFile(this.path, JSON.stringify(Object.fromEntries(agents)));
  }
}

function readRegistrations(path: string): [string, number[]][] {
  try {
    const stored: unknown = JSON.parse(readText(path) ?? '{}');
    if (!isJsonObject(stored)) return [];
    return Object.entries(stored).filter(
      (entry): entry is [string, number[]] =>
        isAgentName(entry[0]) && Array.isArray(entry[1]) && entry[1].every(pid => Number.isSafeInteger(pid)),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user: it is there.
    return errnoOf(error) === 'EPERM';
  }
}
