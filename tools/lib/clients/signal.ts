/**
 * What a client said, whatever its dialect. One file a client turns its JSON into a signal; the rules in
 * `advance.ts` turn signals into events, and know no dialect.
 */

/** The value of an event's `source`. */
export type Client = 'claude_code' | 'codex_cli' | 'cursor' | 'gemini_cli' | 'copilot_cli' | 'opencode';

export type SignalKind =
  | 'session_start'
  | 'session_end'
  | 'turn_start'
  | 'turn_end'
  | 'turn_failed'
  | 'turn_interrupted'
  | 'tool' // a step within a turn: recorded only when asked for, its files are remembered
  | 'notification'
  | 'other';

/** Counts of one turn. `input` is all of the input, `cached_input` the part of it that came from a cache. */
export interface Tokens {
  input: number;
  cached_input: number;
  output: number;
  reasoning: number;
}

export interface ClientSignal {
  client: Client;
  /** The client's own session id; empty when it names none. */
  session: string;
  kind: SignalKind;
  /** The client's own name of the event. */
  event: string;
  /** What names the turn, when the client names it. */
  turn?: string | undefined;
  /** Tells one delivery of an event from the next where a client may deliver it twice. */
  stamp?: string | undefined;
  /** Prompt, last message, error or notice. */
  text?: string | undefined;
  /** Files that were written, as the client names them. */
  files?: string[] | undefined;
  cwd?: string | undefined;
  transcript?: string | undefined;
  /** A report of usage, named by the message it belongs to: the last one of a name counts. */
  usage?: { message: string; tokens: Tokens; cost_usd?: number | undefined } | undefined;
  /** Small facts that go into `data` as they are. */
  detail?: Record<string, unknown> | undefined;
}

/** How a task id and a state file name the client: `claude-47566f45`. */
export const SHORT_NAME: Record<Client, string> = {
  claude_code: 'claude',
  codex_cli: 'codex',
  cursor: 'cursor',
  gemini_cli: 'gemini',
  copilot_cli: 'copilot',
  opencode: 'opencode',
};
