/**
 * `claims.index.json` in the control plane: the leases that are held, and how far into the claims log that is
 * true. It is replaced atomically and without a sync: one that is missing, damaged, or does not fit the log is
 * made again from it. Its cost follows the leases that are held, not their history.
 */
import { readBytes } from '../disk/append.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import { isLease } from '../record/generated/is-lease.js';
import type { Lease } from '../record/generated/lease.js';
import { isJsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import type { ShardCounts } from './finished.js';
import type { LogHead } from './log.js';

export interface ClaimsIndex {
  head: LogHead;
  leases: Map<string, Lease>;
  finished: ShardCounts;
}

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
  if (!isJsonObject(value) || value.schema_version !== 1) return undefined;
  const { seq, size, hash, finished, leases } = value;
  const isWhole = Number.isSafeInteger(seq) && Number.isSafeInteger(size) && typeof hash === 'string';
  if (!isWhole || !isJsonObject(finished) || !Array.isArray(leases)) return undefined;
  if (!leases.every((lease): lease is Lease => isLease(lease))) return undefined;
  return {
    head: { seq: seq as number, size: size as number, hash },
    leases: new Map(leases.map(lease => [lease.task_id, lease])),
    finished: finished as ShardCounts,
  };
}

export function writeIndex(place: Place, { head, leases, finished }: ClaimsIndex): void {
  const value = { schema_version: 1, ...head, finished, leases: [...leases.values()] };
  replaceFile(indexPath(place), JSON.stringify(value));
}

const LONGEST_OP_BYTES = 8192;

/** Whether the line of the log that ends where the index does is the one it was made of. */
export function fitsLog({ head }: ClaimsIndex, file: { fd: number | undefined; path: string }): boolean {
  if (head.size === 0) return head.seq === 0;
  const start = Math.max(0, head.size - LONGEST_OP_BYTES);
  const bytes = readBytes(file, start, head.size - start);
  if (bytes.length < head.size - start || bytes.at(-1) !== 10) return false;
  const line = bytes.subarray(bytes.lastIndexOf(10, bytes.length - 2) + 1, -1);
  return sha256Hex(line) === head.hash;
}
