/** What the rules decide: events to append, and what to remember. */
import { type Client, type ClientSignal, SHORT_NAME } from './signal.js';
import type { ClientState } from './state.js';
import type { TranscriptUsage } from './transcript.js';

/** An event before it has its place. */
export interface Planned {
  event: string;
  task_id: string;
  source: string;
  summary: string;
  data: Record<string, unknown>;
  session_id?: string | undefined;
  /** Begins a new session of the agent. */
  opensSession?: boolean | undefined;
  parent_id?: string | undefined;
  idempotency_key?: string | undefined;
  /** The state wants the id this event gets. */
  becomes?: 'start' | 'outcome' | undefined;
}

/** What holds at the moment of a signal. */
export interface Moment {
  /** RFC 3339. */
  at: string;
  /** Directories that file names are shortened by, in order of preference. */
  bases: readonly string[];
  /** What `LEDGER_TASK_ID` says. */
  taskId?: string | undefined;
  /** What `LEDGER_SESSION_ID` says. */
  sessionId?: string | undefined;
  recordsTools: boolean;
  /** The client's transcript, when there is one. */
  transcript?: Transcript | undefined;
}

export interface Transcript {
  size: number;
  /** Usage noted from byte `from` on; since the last prompt when undefined. */
  usageSince(from: number | undefined): TranscriptUsage | undefined;
}

export interface Plan {
  planned: Planned[];
  state: ClientState;
}

/**
 * The key under which hook, notify and wrapper tell the same event; none for a client that names no session,
 * because everything it ever says would look like one.
 */
export function eventKey(client: Client, session: string, ...rest: string[]): string | undefined {
  return session === '' ? undefined : [client, session, ...rest].join(':');
}

/** What names the turn a signal begins or belongs to when none is open. */
export function turnKeyOf(signal: ClientSignal, { at }: Moment): string {
  return signal.turn ?? signal.stamp ?? `@${at}`;
}

/** The task of a signal that names none itself: `claude-47566f45`. */
export function taskOf({ client, session }: ClientSignal, { taskId }: Moment): string {
  return taskId ?? `${SHORT_NAME[client]}-${session.slice(0, 8) || 'unknown'}`;
}
