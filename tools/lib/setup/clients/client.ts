/** What a client is to wiring: where its configuration is, and what belongs into it. */
import { join } from 'node:path';
import { shellWord } from '../quote.js';
import type { Target } from '../target.js';

export type Scope = 'user' | 'project';

/** Where and for whom something is wired. */
export interface Context {
  home: string;
  environment: Record<string, string | undefined>;
  scope: Scope;
  /** The top of the project, for that scope. */
  project: string;
  /** The root, for heartbeats. */
  root: string;
  /** Under which agent events are filed, when it is not the client's own. */
  agent: string | undefined;
  read(path: string): string | undefined;
}

export interface Client {
  name: string;
  /** For people. */
  title: string;
  /** The executable it calls. */
  executable: 'cls-hook' | 'andy-hook' | 'status-update';
  scopes: readonly Scope[];
  targets(context: Context): Target[];
  /** What the person should know or do once it is wired. */
  notes(context: Context): string[];
  /** What the person should do once it is taken out. */
  partingNotes?(context: Context): string[];
}

/** Where shims lie: a fixed place below the home, so that a command in a project finds everybody's own. */
const SHIMS = '.local/share/agent-ledger/bin';

export function shimPath(home: string, executable: string): string {
  return join(home, SHIMS, executable);
}

/** The words of a hook's command: the shim and its arguments. */
export function hookWords({ executable }: Client, { home, agent }: Context, own?: string): string[] {
  const name = agent ?? own;
  return [shimPath(home, executable), ...(name === undefined ? [] : ['--agent', name])];
}

/**
 * A hook's command for a shell. In a project it is shared with others, who have homes of their own and may not
 * have agent-ledger: there it finds the shim by $HOME, and does nothing without one. It is the same for every
 * shell in use, because Codex takes the person's own.
 */
export function hookCommand(client: Client, context: Context, own?: string): string {
  const [shim, ...rest] = hookWords(client, context, own);
  const words = rest.map(shellWord);
  if (context.scope === 'user') return [shellWord(shim!), ...words].join(' ');
  const path = `"$HOME/${SHIMS}/${client.executable}"`;
  return `test ! -x ${path} || exec ${[path, ...words].join(' ')}`;
}
