/**
 * What a hook was told, before it is in the ledger: complete in itself, so that it can wait in a spool and
 * still become the events it would have become at once.
 */
import { isJsonObject } from '../record/json.js';
import type { Planned } from './plan.js';
import type { ClientSignal, Tokens } from './signal.js';

export type Notice = NoticeContent & {
  /** When it was told, RFC 3339. */
  at: string;
  /** The worktree it was told in: who delivers it may be in another. */
  worktree: string;
  /** The id of its first event, made by whoever told it: told again under it, it is the same. */
  id?: string;
};

export type NoticeContent =
  | { kind: 'event'; event: Planned }
  | ({ kind: 'signal' } & HeardSignal)
  | ({ kind: 'run' } & EndedRun);

export interface HeardSignal {
  signal: ClientSignal;
  /** Directories that file names are shortened by. */
  bases: string[];
  taskId?: string | undefined;
  sessionId?: string | undefined;
  recordsTools: boolean;
}

export interface EndedRun {
  event: Planned;
  /** What Codex reported for its sessions; what they had before is not this run's. */
  totals: SessionTotal[];
}

export interface SessionTotal {
  session: string;
  total: Tokens;
  /** It went on with a session of which nothing may be known here. */
  isResumed: boolean;
}

/** A notice as stored; undefined when the text is damaged. */
export function parseNotice(text: string): Notice | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || typeof value.at !== 'string' || typeof value.worktree !== 'string')
      return undefined;
    const isWhole = isJsonObject(value.kind === 'signal' ? value.signal : value.event);
    return isWhole ? (value as unknown as Notice) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
