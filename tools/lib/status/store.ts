/**
 * `agents/<agent>/status.json`. Replaced atomically under the agent's lock, without a sync: it is a view, and
 * `status-update --rebuild` makes it from the log. Keys we do not know are kept. A link is followed only to a
 * file inside the root.
 */
import { listDirectories, listDirectory, makeDirectory, writeTarget } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { renameFile, replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import { isAgentName, uuidV7 } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import { redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import type { HeldAgent } from '../root/workspace.js';
import type { AgentStatus } from './fold.js';

const COPY = /^status\.([a-z0-9][a-z0-9-]{0,40})\.json$/;

function agentDirectory(root: string, agent: string): string {
  return join(root, 'agents', agent);
}

export function statusPath(root: string, agent: string): string {
  return join(agentDirectory(root, agent), 'status.json');
}

/** Whatever object a status file holds; undefined when there is none or it is damaged. */
export function readStatus(path: string): Partial<AgentStatus> | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (value as Partial<AgentStatus>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes the status, its error without secrets, over whatever is there, keeping keys we do not know. */
export function writeStatus({ workspace, agent }: HeldAgent, given: AgentStatus, rules = BUILT_IN): void {
  const { root } = workspace;
  makeDirectory(root, agentDirectory(root, agent));
  const path = writeTarget(root, statusPath(root, agent));
  const kept = readStatus(path);
  const error = given.last_error === null ? null : redactText(given.last_error, rules).text;
  const status = { ...given, last_error: error };
  replaceFile(path, `${JSON.stringify({ ...status, ...unknownKeys(kept, status) }, null, 2)}\n`);
}

function unknownKeys(kept: Partial<AgentStatus> | undefined, status: AgentStatus): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([key]) => !Object.hasOwn(status, key)));
}

/** Moves a status file that is not JSON out of the way. @returns where it is now */
export function setAsideDamaged({ workspace, agent }: HeldAgent): string | undefined {
  const path = statusPath(workspace.root, agent);
  const text = readText(path);
  if (text === undefined || readStatus(path) !== undefined) return undefined;
  const aside = `${path}.damaged-${uuidV7(workspace.clock.nowMs())}`;
  renameFile(path, aside);
  return aside;
}

/** Whether a file of that name is a status, ours or another writer's copy. */
export function isStatusName(name: string): boolean {
  return name === 'status.json' || COPY.test(name);
}

/** Whose status lies at a path `…/agents/<agent>/<name>`; undefined where the path does not say. */
export function agentOfStatus(path: string): string | undefined {
  const [, agent, agents] = path.split('/').reverse();
  return agents === 'agents' && isAgentName(agent ?? '') ? agent : undefined;
}

export interface StatusFile {
  agent: string;
  path: string;
  /** Undefined for this checkout's own. */
  writer: string | undefined;
}

/** The status files of all agents, ours first. */
export function listStatusFiles(root: string, only?: string): StatusFile[] {
  const agents = only === undefined ? listDirectories(join(root, 'agents')) : [only];
  return agents
    .filter(agent => isAgentName(agent))
    .flatMap(agent =>
      listDirectory(agentDirectory(root, agent)).flatMap(name => {
        const writer = COPY.exec(name)?.[1];
        const isOurs = name === 'status.json';
        return isOurs || writer ? [{ agent, path: join(agentDirectory(root, agent), name), writer }] : [];
      }),
    )
    .sort((a, b) =>
      a.agent === b.agent ? (a.writer ?? '').localeCompare(b.writer ?? '') : a.agent < b.agent ? -1 : 1,
    );
}
