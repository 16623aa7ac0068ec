/**
 * The messages of an agent that speaks NDJSON: one JSON object a line, at most 256 KiB with its newline. `command`
 * goes to it; `event`, `heartbeat` and `log` come back. A terminal event decides what became of the command.
 */
import { parseAs } from '../parse-as.js';
import type { CommandMessage } from '../record/generated/command.js';
import type { EventMessage } from '../record/generated/event-message.js';
import type { HeartbeatMessage } from '../record/generated/heartbeat.js';
import { isCommand } from '../record/generated/is-command.js';
import { isEventMessage } from '../record/generated/is-event-message.js';
import { isHeartbeat } from '../record/generated/is-heartbeat.js';
import { isLog } from '../record/generated/is-log.js';
import type { LogMessage } from '../record/generated/log.js';
import { isJsonObject } from '../record/json.js';
import { describeRecord } from './describe.late.js';
import type { ResultNews } from './entry.js';

export type { CommandMessage, EventMessage };

export const LONGEST_MESSAGE_BYTES = 256 * 1024;

export type AgentMessage = EventMessage | HeartbeatMessage | LogMessage;
/** A line that is no message, and why. */
export interface NoMessage {
  kind: 'none';
  problem: string;
}

const KINDS = { event: isEventMessage, heartbeat: isHeartbeat, log: isLog };

export function parseAgentMessage(line: Buffer): AgentMessage | NoMessage {
  const value = parse(line);
  if (value === undefined) return { kind: 'none', problem: 'is not a JSON object' };
  if (!isKind(value.kind)) return { kind: 'none', problem: 'has no kind that an agent may send' };
  if (KINDS[value.kind](value)) return value as unknown as AgentMessage;
  return { kind: 'none', problem: describeRecord(value.kind, value) };
}

function isKind(kind: unknown): kind is keyof typeof KINDS {
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind);
}

/** @returns undefined for anything but a command */
export function parseCommand(line: Buffer): CommandMessage | undefined {
  const value = parse(line);
  return value && isCommand(value) ? (value as unknown as CommandMessage) : undefined;
}

function parse(line: Buffer): Record<string, unknown> | undefined {
  return parseAs(line.toString(), isJsonObject);
}

const ENDINGS: Record<string, ResultNews['outcome']> = {
  completed: 'done',
  approved: 'done',
  updated: 'done',
  no_changes_needed: 'done',
  changes_requested: 'changes_requested',
  error: 'failed',
};
const STATUSES = { success: 'done', changes_requested: 'changes_requested', failed: 'failed' } as const;

/** What an event decides; undefined when it tells of progress only. */
export function outcomeOf({ event, status }: EventMessage): ResultNews['outcome'] | undefined {
  const ending = event.slice(event.lastIndexOf('.') + 1);
  const outcome = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  return outcome !== undefined && status !== undefined ? STATUSES[status] : outcome;
}

/** Cuts a stream into lines. A line that grows too long is given up as a whole, and nothing after it is read. */
export class LineReader {
  private readonly parts: Buffer[] = [];
  private length = 0;
  isOversize = false;

  /** The lines that end in this chunk, without their newlines. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    for (let start = 0; start < chunk.length && !this.isOversize; ) {
      const newline = chunk.indexOf(10, start);
      const end = newline === -1 ? chunk.length : newline;
      this.length += end - start;
      this.isOversize = this.length >= LONGEST_MESSAGE_BYTES;
      this.parts.push(chunk.subarray(start, end));
      if (newline !== -1 && !this.isOversize) lines.push(this.take());
      start = end + 1;
    }
    return lines;
  }

  private take(): Buffer {
    const line = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.parts.length = 0;
    this.length = 0;
    return line;
  }
}
