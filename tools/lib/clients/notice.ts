/**
 * What a hook was told, before it is in the ledger: complete in itself, so that it can wait in a spool and
 * still become the events it would have become at once.
 */
import { isJsonObject } from '../record/json.js';
import type { Planned } from './plan.js';
import type { ClientSignal } from './signal.js';

export type Notice = {
  /** UUIDv7, made when it was told: the same notice twice gives one event. */
  id: string;
  /** When it was told, RFC 3339. */
  at: string;
} & ({ kind: 'event'; event: Planned } | ({ kind: 'signal' } & HeardSignal));

export interface HeardSignal {
  signal: ClientSignal;
  /** Directories that file names are shortened by. */
  bases: string[];
  taskId?: string | undefined;
  sessionId?: string | undefined;
  recordsTools: boolean;
}

/** A notice as stored; undefined when the text is damaged. */
export function parseNotice(text: string): Notice | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || typeof value.id !== 'string' || typeof value.at !== 'string')
      return undefined;
    const isWhole = value.kind === 'event' ? isJsonObject(value.event) : isJsonObject(value.signal);
    return isWhole ? (value as unknown as Notice) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
