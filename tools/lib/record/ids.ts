/** Names and ids: who, what, which. Everything that becomes part of a path is checked here first. */
import { Failure } from '../failure.js';
import { hex, type RandomSource, randomBytes } from '../random.js';

const AGENT = /^[a-z][a-z0-9_-]{0,63}$/;
const SESSION = /^(\d{4}-\d\d-\d\d)_([a-z][a-z0-9_-]{0,63})_(\d{3,9})$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONGEST_TASK_ID_BYTES = 200;
const PLAIN_TASK_ID = /^[ -~]{1,200}$/;

export function isAgentName(text: string): boolean {
  return AGENT.test(text);
}

/** @returns `text`, now known to be an agent's name; throws Failure `data` otherwise */
export function agentName(text: string): string {
  if (isAgentName(text)) return text;
  throw new Failure(
    'data',
    `"${shorten(text)}" is not an agent name; use 1 to 64 of a-z 0-9 _ -, beginning with a letter`,
  );
}

const IDENTITY = /^(?:[a-z][a-z0-9_-]{0,31}:)?[a-z][a-z0-9_-]{0,63}$/;

/** @returns `text`, now known to be an identity: an agent's name, or `type:name`; throws Failure `data` otherwise */
export function agentIdentity(text: string): string {
  if (IDENTITY.test(text)) return text;
  throw new Failure('data', `"${shorten(text)}" is not an agent; use a name like cls, or type:name`);
}

/** The agent whose ledger an identity writes to. */
export function ledgerAgent(identity: string): string {
  return identity.slice(identity.indexOf(':') + 1);
}

/**
 * The canonical id of a task: trimmed, NFC, `system` when empty.
 * @throws Failure `data` for control characters or more than 200 bytes
 */
export function canonicalTaskId(text: string): string {
  const trimmed = text.trim();
  // Nearly every id, and loading what normalises text is dear.
  if (PLAIN_TASK_ID.test(trimmed)) return trimmed;
  const id = trimmed.normalize('NFC');
  if (CONTROL.test(id))
    throw new Failure('data', `the task id "${shorten(id)}" has control characters; use plain text`);
  const length = Buffer.byteLength(id);
  if (length > LONGEST_TASK_ID_BYTES) {
    throw new Failure(
      'data',
      `the task id is ${length} bytes long; at most ${LONGEST_TASK_ID_BYTES} are kept`,
    );
  }
  return id === '' ? 'system' : id;
}

export interface SessionName {
  /** The day it opened. */
  day: string;
  agent: string;
  number: number;
}

/** The parts of a session id `YYYY-MM-DD_<agent>_NNN`; undefined for any other text. */
export function parseSessionId(text: string): SessionName | undefined {
  const parts = SESSION.exec(text);
  return parts ? { day: parts[1]!, agent: parts[2]!, number: Number(parts[3]) } : undefined;
}

/** `2026-11-24_cls_007`; numbers go on past 999. */
export function formatSessionId({ day, agent, number }: SessionName): string {
  return `${day}_${agent}_${String(number).padStart(3, '0')}`;
}

/**
 * A source of 16 bytes that draws once and counts on from there in the last eight, so that of two ids made in
 * one millisecond the later one is greater (RFC 9562, section 6.2).
 */
export function growing(random: RandomSource): RandomSource {
  let last: Uint8Array | undefined;
  return length => {
    if (last === undefined) {
      last = random(length);
      // Without the highest bit that an id keeps of them they never run over.
      last[8]! &= 0x1f;
    } else {
      let index = length - 1;
      while (last[index] === 255) last[index--] = 0;
      last[index]!++;
    }
    return last.slice();
  };
}

const idBytes = growing(randomBytes);

/** A UUID of version 7 (RFC 9562, section 5.7): 48 bits of time in ms, then 74 that no other process has. */
export function uuidV7(instantMs: number, random: RandomSource = idBytes): string {
  const bytes = random(16);
  let rest = instantMs;
  for (let index = 5; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.trunc(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const digits = hex(bytes);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text with what is no printing character shown as JSON writes it, so that it is one line. Control
 * characters could drive a terminal; marks of direction could show text in another order than it has.
 */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    character => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** At most 40 characters of untrusted text for a message, control characters made visible. */
export function shorten(text: string): string {
  const characters = [...visible(text.slice(0, 200))];
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : characters.join('');
}
