/**
 * One line of a day file: what can be said of it alone. Checks of bytes that a whole chunk of lines passes
 * are made once for the chunk (`traitsOf`), so that a line pays only for what its chunk is suspected of.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { parseTimestamp } from '../../clock.js';
import { eventProblem } from '../../record/event.js';
import type { FindingCode } from '../../record/finding.js';
import { shorten, visible } from '../../record/ids.js';
import { isJsonObject } from '../../record/json.js';
import { hashText } from '../../record/scan/hash.js';
import type { EventFields } from '../../record/scan/recognised.js';

/** What the path of a file says about its lines; undefined where it says nothing. */
export interface Expected {
  agent: string | undefined;
  day: string | undefined;
}

export type Found = (code: FindingCode, message: string) => void;

export interface Traits {
  isAscii: boolean;
  isUtf8: boolean;
  hasReturns: boolean;
  hasEscapes: boolean;
}

const RETURN = 13;
/** The parser quotes what it stumbles over. */
const LONGEST_REASON = 80;
const DAY_LENGTH = '2026-11-24'.length;
const BYTE_ORDER_MARK = '\ufeff';

export function traitsOf(chunk: Buffer): Traits {
  const ascii = isAscii(chunk);
  return {
    isAscii: ascii,
    isUtf8: ascii || isUtf8(chunk),
    hasReturns: chunk.includes(RETURN),
    hasEscapes: chunk.includes('\\u'),
  };
}

/** Checks how a line is written. @param line without its newline, `text` decoded */
export function checkEncoding(line: Buffer, text: string, traits: Traits, found: Found): void {
  if (!traits.isUtf8 && !isUtf8(line)) found('not-utf8', 'bytes that are not UTF-8');
  if (traits.hasReturns && line.at(-1) === RETURN)
    found('crlf', 'ends with CR LF; a line ends with LF alone');
  if (traits.hasEscapes && hasLoneSurrogate(text)) {
    found('surrogate', 'an escape like "\\ud83d" without its other half');
  }
}

/** Escapes of other characters are blanked first, so that `\\ud83d` (a backslash and letters) is none. */
function hasLoneSurrogate(text: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  const rest = text.replace(/\\(?:[^u]|u(?![dD][89a-fA-F]))/g, ' ');
  return /\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]/.test(rest);
}

/**
 * Checks what a line says.
 * @returns what it parses to, however wrong; undefined when it is not JSON
 */
export function checkContent(text: string, found: Found): unknown {
  const value = parseLine(text, found);
  if (value === undefined) return undefined;
  const problem = eventProblem(value);
  if (problem !== undefined) found('schema', problem);
  return value;
}

/** The fields that are compared, of whatever a line parses to; undefined when it is no object. */
export function fieldsOf(value: unknown): EventFields | undefined {
  if (!isJsonObject(value)) return undefined;
  const text = (field: unknown): string | undefined => (typeof field === 'string' ? field : undefined);
  const { ts, id, seq } = value;
  return {
    day: text(ts)?.slice(0, DAY_LENGTH) ?? '',
    atMs: typeof ts === 'string' ? parseTimestamp(ts) : undefined,
    agent: text(value.agent) ?? '',
    id: text(id),
    writer: text(value.writer),
    seq: typeof seq === 'number' ? seq : undefined,
    prev: text(value.prev),
    hashId: seed => (typeof id === 'string' ? hashText(id, seed) : undefined),
  };
}

/** Holds a line against the path of its file. */
export function checkPlace(event: EventFields, { agent, day }: Expected, found: Found): void {
  if (day !== undefined && event.day !== day && event.day !== '') {
    found('wrong-day', `is of ${shorten(event.day)}, but stands in the file of ${day}`);
  }
  if (agent !== undefined && event.agent !== agent && event.agent !== '') {
    found('wrong-agent', `is by ${shorten(event.agent)}, but stands in the ledger of ${agent}`);
  }
}

function parseLine(text: string, found: Found): unknown {
  const isMarked = text.startsWith(BYTE_ORDER_MARK);
  if (isMarked) found('bom', 'begins with a byte order mark');
  try {
    return JSON.parse(isMarked ? text.slice(1) : text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (isBlank(text)) found('empty-line', 'is empty');
    else if (text.includes('\0')) found('nul', 'NUL bytes; what stood in their place is lost');
    else found('json', `not JSON: ${visible(error.message.slice(0, LONGEST_REASON).toWellFormed())}`);
    return undefined;
  }
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Whether a line is of no use to any reader, so that repair moves it away: neither empty nor JSON. */
export function isUnparsable(line: Buffer): boolean {
  const text = line.toString();
  let isJson = true;
  parseLine(text, code => {
    isJson = code === 'bom' && isJson;
  });
  return !isJson && !isBlank(text);
}
