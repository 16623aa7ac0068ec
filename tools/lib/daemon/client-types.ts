/** What programs see of the client: with the event's type before it, this is the package's declaration file. */
import type { LedgerEvent } from '../record/generated/event.js';

export interface ConnectOptions {
  /** The root, when it is not the one of the working directory. */
  root?: string | undefined;
  /** The working directory; this process's when it is not given. */
  cwd?: string | undefined;
  /** Where LEDGER_* and other variables are looked up; this process's environment when it is not given. */
  environment?: Record<string, string | undefined> | undefined;
}

export interface Draft {
  agent: string;
  event: string;
  task_id: string;
  source: string;
  summary: string;
  data?: Record<string, unknown> | undefined;
  session_id?: string | undefined;
  parent_id?: string | undefined;
  idempotency_key?: string | undefined;
  /** Also bring the agent's status up to date. */
  updates_status?: boolean | undefined;
}

/** What an executable has done. */
export interface Outcome {
  /** The exit status. */
  status: number;
  output: string;
  messages: string;
}

export interface Ledger {
  /**
   * Appends an event. Many calls may be under way: they share their syncs.
   * @throws Error with the executable's message, and its exit status as `status`, when it is refused
   */
  write(draft: Draft): Promise<LedgerEvent>;
  /** Calls an executable, like `run('ledger-claim', ['acquire', 'wo-42', '--agent-id', 'cls'])`. */
  run(name: string, args: readonly string[]): Promise<Outcome>;
  /** Closes the connection; what is under way is answered by the executables. */
  close(): void;
}

export type Connect = (options?: ConnectOptions) => Promise<Ledger>;
