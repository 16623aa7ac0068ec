/**
 * Idempotency keys of a day: one fixed-size record a key, `<32 hex of its hash> <offset of its line>\n`, so
 * that looking one up is a single search for bytes. A view beside the head, which counts the records: when
 * the counts differ, or a record points at another line, they are noted again from the day file.
 */
import { join } from 'node:path';
import { appendToView } from '../disk/append.js';
import { makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';

export interface KeyRecord {
  key: string;
  /** Where its line starts in the day file. */
  offset: number;
}

const HASH_DIGITS = 32;
const RECORD_LENGTH = HASH_DIGITS + 1 + 15 + 1;

function keysPath(place: Place, agent: string, day: string): string {
  return join(place.control, 'keys', agent, `${day}.txt`);
}

let last: { key: string; hash: string } | undefined;

/** A key is looked up in several days and then noted: hashing it once is enough. */
function hashOf(key: string): string {
  if (last?.key !== key) last = { key, hash: sha256Hex(key).slice(0, HASH_DIGITS) };
  return last.hash;
}

const format = ({ key, offset }: KeyRecord): string => `${hashOf(key)} ${String(offset).padStart(15, '0')}\n`;

export interface KeysOf {
  agent: string;
  day: string;
  /** How many records the head knows of. */
  count: number;
}

/** Adds records to those of a day, or begins anew when there are none that count. */
export function noteKeys(place: Place, { agent, day, count }: KeysOf, records: KeyRecord[]): void {
  const path = keysPath(place, agent, day);
  const text = records.map(format).join('');
  makePrivate(join(place.control, 'keys', agent));
  if (count === 0) replaceFile(path, text);
  else appendToView(path, text);
}

/**
 * The offset noted for a key.
 * @returns undefined when the key is not there, `'unknown'` when the records do not fit the head
 */
export function lookUpKey(
  place: Place,
  { agent, day, count }: KeysOf,
  key: string,
): number | undefined | 'unknown' {
  if (count === 0) return undefined;
  const records = readText(keysPath(place, agent, day)) ?? '';
  // A power cut can leave a file that has its length and not its content.
  if (records.length !== count * RECORD_LENGTH || records.includes('\0')) return 'unknown';
  const found = records.indexOf(hashOf(key));
  return found === -1 ? undefined : Number(records.slice(found + HASH_DIGITS + 1, found + RECORD_LENGTH));
}
