/**
 * The last epoch of each task that nobody holds: in 256 shards, `claims.finished/<2 hex>`, one record of 64
 * bytes a task: `<32 hex of the task id's hash> <epoch> <c: completed, r: released> <offset of its last op>`.
 * A record is overwritten in place, so a shard grows with the tasks and not with their history. A view of the
 * claims log, written without a sync.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { patchView } from '../disk/replace.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';

export interface Finished {
  task_id: string;
  epoch: number;
  isCompleted: boolean;
  /** Of the op that ended it, in the claims log. */
  offset: number;
}

/** How many records each shard holds, by its name. */
export type ShardCounts = Record<string, number>;

const HASH_DIGITS = 32;
const RECORD_BYTES = 64;

const directory = (place: Place): string => join(place.control, 'claims.finished');
const hashOf = (taskId: string): string => sha256Hex(taskId).slice(0, HASH_DIGITS);

/** What is known of a task that nobody holds; `'unknown'` when the shard has lost records. */
export function lookUpFinished(
  place: Place,
  taskId: string,
  counts: ShardCounts,
): Omit<Finished, 'task_id'> | undefined | 'unknown' {
  const hash = hashOf(taskId);
  const shard = hash.slice(0, 2);
  const expected = counts[shard] ?? 0;
  if (expected === 0) return undefined;
  const bytes = readShard(join(directory(place), shard));
  if (bytes.length < expected * RECORD_BYTES) return 'unknown';
  const at = find(bytes, hash);
  if (at === -1) return undefined;
  const [, epoch, state, offset] = bytes.toString('latin1', at, at + RECORD_BYTES - 1).split(' ');
  return { epoch: Number(epoch), isCompleted: state === 'c', offset: Number(offset) };
}

/** Notes tasks that ended; the newest of several of one task comes last. Counts move along. */
export function noteFinished(place: Place, finished: Finished[], counts: ShardCounts): void {
  if (finished.length === 0) return;
  makePrivate(directory(place));
  const shards = new Map<string, { hash: string; record: string }[]>();
  for (const task of finished) {
    const hash = hashOf(task.task_id);
    const records = shards.get(hash.slice(0, 2)) ?? [];
    records.push({ hash, record: format(hash, task) });
    shards.set(hash.slice(0, 2), records);
  }
  for (const [shard, records] of shards) {
    counts[shard] = writeShard(join(directory(place), shard), records);
  }
}

function format(hash: string, { epoch, isCompleted, offset }: Finished): string {
  return `${hash} ${String(epoch).padStart(12, '0')} ${isCompleted ? 'c' : 'r'} ${String(offset).padStart(15, '0')}\n`;
}

/** @returns how many records the shard holds now */
function writeShard(path: string, records: { hash: string; record: string }[]): number {
  const bytes = readShard(path);
  const added = new Map<string, string>();
  const pieces: { at: number; text: string }[] = [];
  for (const { hash, record } of records) {
    const at = find(bytes, hash);
    if (at === -1) added.set(hash, record);
    else pieces.push({ at, text: record });
  }
  if (added.size > 0) pieces.push({ at: bytes.length, text: [...added.values()].join('') });
  patchView(path, pieces);
  return bytes.length / RECORD_BYTES + added.size;
}

/** Whole records only: what a cut-off write left behind is overwritten. */
function readShard(path: string): Buffer {
  const bytes = ifPresent(`cannot read ${path}`, () => readFileSync(path)) ?? Buffer.alloc(0);
  return bytes.subarray(0, bytes.length - (bytes.length % RECORD_BYTES));
}

function find(bytes: Buffer, hash: string): number {
  let at = bytes.indexOf(hash, 0, 'latin1');
  while (at !== -1 && at % RECORD_BYTES !== 0) at = bytes.indexOf(hash, at + 1, 'latin1');
  return at;
}
