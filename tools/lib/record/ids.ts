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

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const COUNTED = 2 ** 24;
/** Where 48 bits of time begin anew; instants before 1970 stand at their end. */
const LATEST = 2 ** 48;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of time in ms, then 74 that no other process has. They
 * are drawn once and counted on from there in the last 48, so that of two ids made in one millisecond the later one is
 * greater (section 6.2). Counting begins in the lower half, so it never runs over.
 */
export function uuidSource(random: RandomSource): (instantMs: number) => string {
  let drawn: { a: string; b: string; high: number; low: number } | undefined;
  let head = { instantMs: Number.NaN, text: '' };
  let high = '';
  return instantMs => {
    drawn ??= draw(random);
    if (head.instantMs !== instantMs) {
      const time = (((instantMs % LATEST) + LATEST) % LATEST).toString(16).padStart(12, '0');
      head = { instantMs, text: `${time.slice(0, 8)}-${time.slice(8)}-${drawn.a}-${drawn.b}-` };
    }
    if (drawn.low === COUNTED) {
      drawn.low = 0;
      drawn.high++;
      high = '';
    }
    if (high === '') high = threeBytes(drawn.high);
    return head.text + high + threeBytes(drawn.low++);
  };
}

function draw(random: RandomSource): { a: string; b: string; high: number; low: number } {
  const bytes = random(10);
  bytes[0] = 0x70 | (bytes[0]! & 0x0f);
  bytes[2] = 0x80 | (bytes[2]! & 0x3f);
  bytes[4]! &= 0x7f;
  const number = (at: number): number => (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  return { a: hex(bytes.subarray(0, 2)), b: hex(bytes.subarray(2, 4)), high: number(4), low: number(7) };
}

const threeBytes = (number: number): string =>
  BYTES[number >> 16]! + BYTES[(number >> 8) & 255]! + BYTES[number & 255]!;

/** A new UUID of version 7. */
export const uuidV7 = uuidSource(randomBytes);

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** @returns `text`, now known to be a UUID of version 7 in small letters; throws Failure `data` otherwise */
export function eventId(text: string): string {
  if (UUID_V7.test(text)) return text;
  throw new Failure('data', `"${shorten(text)}" is not an id; make a UUID of version 7, in small letters`);
}

/** When a UUID of version 7 was made, ms since the epoch. */
export function instantOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
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
