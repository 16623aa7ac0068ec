/**
 * What is remembered of clients' sessions, in the control plane: `clients/<agent>/<client>-<session>.json`, read
 * and written under the agent's lock, together with the append it belongs to. Not synced: after a crash the
 * next event knows less, and its key still tells it from one that is there.
 */
import { type Client, type ClientSignal, SHORT_NAME } from '../clients/signal.js';
import { type ClientState, formatState, freshState, parseState } from '../clients/state.js';
import { listDirectory } from '../disk/directory.js';
import { modifiedMs, readText } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { overwriteView } from '../disk/replace.js';
import { join } from '../path.js';
import type { HeldAgent } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';

/** The ids of most clients are lower-case UUIDs and such, which every file system tells apart. */
const PLAIN = /^[0-9a-z][0-9a-z_-]{0,79}$/;
const MANY = 256;
const KEPT_MS = 30 * 86_400_000;

type Session = Pick<ClientSignal, 'client' | 'session'>;

function directoryOf({ workspace, agent }: HeldAgent): string {
  return join(workspace.control, 'clients', agent);
}

function pathOf(held: HeldAgent, { client, session }: Session): string {
  const name = PLAIN.test(session) ? session : sha256Hex(session).slice(0, 16);
  return join(directoryOf(held), `${SHORT_NAME[client]}-${name}.json`);
}

/** The state of a session; a fresh one when nothing is known or the client names no session. */
export function readClientState(held: HeldAgent, session: Session): ClientState {
  const state = session.session === '' ? undefined : stateAt(pathOf(held, session), session.client);
  return state?.session === session.session ? state : freshState(session);
}

function stateAt(path: string, client: Client): ClientState | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseState(text, client);
}

/**
 * The session that something is about which names none: the only one of that client with a turn open in this
 * worktree, of those heard of within `withinMs`; undefined when there is none or more than one.
 */
export function onlyOpenSession(held: HeldAgent, client: Client, withinMs: number): string | undefined {
  const { clock, worktree } = held.workspace;
  const directory = directoryOf(held);
  const open = listDirectory(directory)
    .filter(name => name.startsWith(`${SHORT_NAME[client]}-`))
    .map(name => join(directory, name))
    .filter(path => (modifiedMs(path) ?? 0) > clock.nowMs() - withinMs)
    .map(path => stateAt(path, client))
    .filter(state => state?.turn !== undefined && !state.hasEnded && state.worktree === worktree);
  return open.length === 1 ? open[0]!.session : undefined;
}

/** Stores the state of a session that has a name. */
export function writeClientState(held: HeldAgent, state: ClientState): void {
  if (state.session === '') return;
  overwriteView(pathOf(held, state), formatState(state));
}

/** Forgets sessions that nothing was heard of for 30 days, once there are many. */
export function forgetOldSessions(held: HeldAgent): void {
  const names = listDirectory(directoryOf(held));
  if (names.length < MANY) return;
  const before = held.workspace.clock.nowMs() - KEPT_MS;
  for (const name of names) {
    const path = join(directoryOf(held), name);
    if ((modifiedMs(path) ?? before) < before) removeFile(path);
  }
}
