/** What is remembered of a client's session between two calls. A view: without it, later events know less. */
import { isJsonObject } from '../record/json.js';
import type { Client, ClientSignal, Tokens } from './signal.js';
import { NO_TOKENS } from './usage.js';

export interface Usage {
  tokens: Tokens;
  cost_usd?: number | undefined;
}

export interface OpenTurn {
  /** Names the turn within its session. */
  key: string;
  task_id: string;
  /** When it started, RFC 3339; undefined when its start was not seen. */
  started?: string | undefined;
  /** The id of its `task_start`. */
  start_id?: string | undefined;
  files: string[];
  /** Reports of usage by the message they belong to. */
  usage: Record<string, Usage>;
  /** Where in the transcript it begins, in bytes. */
  from?: number | undefined;
}

export interface Outcome {
  key: string;
  task_id: string;
  /** The id of the event. */
  id?: string | undefined;
  files: string[];
  usage?: Usage | undefined;
  from?: number | undefined;
  /** How much of the transcript its usage was counted from, in bytes. */
  upTo?: number | undefined;
}

export interface ClientState {
  client: Client;
  /** The client's session id. */
  session: string;
  /** The ledger's, once an event was written. */
  session_id?: string | undefined;
  /** Where it was last heard of. */
  worktree?: string | undefined;
  hasEnded: boolean;
  turn?: OpenTurn | undefined;
  outcome?: Outcome | undefined;
  /** Tokens of the whole session that are accounted for, where a client reports totals. */
  counted: Tokens;
  /** A total was seen: `counted` is more than a guess. */
  isCounted?: boolean | undefined;
  /** The last stamps, newest last. */
  seen: string[];
}

/** The state of a session nothing is known of. */
export function freshState({ client, session }: Pick<ClientSignal, 'client' | 'session'>): ClientState {
  return { client, session, hasEnded: false, counted: NO_TOKENS, seen: [] };
}

/** The state as one line; its length at the end tells a whole one from a mixture of two. */
export function formatState(state: ClientState): string {
  const text = JSON.stringify(state);
  return `${text} ${text.length}`;
}

/** The state in a stored text; undefined when it is damaged or of another client. */
export function parseState(stored: string, client: Client): ClientState | undefined {
  const line = stored.slice(0, stored.indexOf('\n'));
  const text = line.slice(0, line.lastIndexOf(' '));
  if (line !== `${text} ${text.length}`) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isState =
      isJsonObject(value) &&
      isJsonObject(value.counted) &&
      Array.isArray(value.seen) &&
      value.client === client &&
      typeof value.session === 'string';
    return isState ? (value as unknown as ClientState) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
