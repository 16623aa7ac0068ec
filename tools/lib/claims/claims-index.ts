/**
 * `claims.index.json` in the control plane: the leases that are held, and how far into the claims log that is
 * true. It is replaced atomically and without a sync: one that is missing, damaged, or does not fit the log is
 * made again from it. Its cost follows the leases that are held, not their history.
 */
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import { isLease } from '../record/generated/is-lease.js';
import type { Lease } from '../record/generated/lease.js';
import { isJsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import { endsWith, type LogHead } from './log.js';

export interface ClaimsIndex {
  head: LogHead;
  leases: Map<string, Lease>;
}

const VERSION = 2;

function indexPath(place: Place): string {
  return join(place.control, 'claims.index.json');
}

/** The stored index; undefined when it is missing or damaged. */
export function readIndex(place: Place): ClaimsIndex | undefined {
  const text = readText(indexPath(place));
  if (text === undefined) return undefined;
  try {
    return parseIndex(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseIndex(value: unknown): ClaimsIndex | undefined {
  if (!isJsonObject(value) || value.schema_version !== VERSION) return undefined;
  const { seq, size, hash, floor, leases } = value;
  if (![seq, size, floor].every(Number.isSafeInteger) || typeof hash !== 'string') return undefined;
  if (!Array.isArray(leases) || !leases.every((lease): lease is Lease => isLease(lease))) return undefined;
  return {
    head: { seq: seq as number, size: size as number, hash, floor: floor as number },
    leases: new Map(leases.map(lease => [lease.task_id, lease])),
  };
}

export function writeIndex(place: Place, { head, leases }: ClaimsIndex): void {
  const value = { schema_version: VERSION, ...head, leases: [...leases.values()] };
  replaceFile(indexPath(place), JSON.stringify(value));
}

/** Whether the line of the log that ends where the index does is the one it was made of. */
export function fitsLog(
  { head }: Pick<ClaimsIndex, 'head'>,
  file: { fd: number | undefined; path: string },
): boolean {
  return head.size === 0 ? head.seq === 0 : endsWith(file, head.size, head.hash);
}
