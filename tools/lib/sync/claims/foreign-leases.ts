/**
 * Other writers' leases as this machine knows them, with its observations: `sync/foreign/<2 hex>.json` in the control plane, by
 * task key. A view of the branch that is written when something arrives, so that an acquire reads one small file
 * however many leases there are. Deleting it forgets what was observed, so that every term begins anew.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '../../claims/lease.js';
import { listDirectory, makePrivate } from '../../disk/directory.js';
import { readText } from '../../disk/read.js';
import { removeFile } from '../../disk/remove.js';
import { replaceFile } from '../../disk/replace.js';
import { validateLease } from '../../record/generated/validate-lease.js';
import { isJsonObject } from '../../record/json.js';
import type { Place } from '../../root/workspace.js';
import { taskKey } from './claim-file.js';
import type { ForeignLease, ForeignLeases } from './ports.js';

type Shard = Record<string, ForeignLease>;

const directory = ({ control }: Place): string => join(control, 'sync/foreign');
const shardPath = (place: Place, shard: string): string => join(directory(place), `${shard}.json`);
/** It is there once the view holds everything that the branch does. */
const wholePath = (place: Place): string => join(directory(place), 'whole');

export function openForeignLeases(place: Place): ForeignLeases {
  return {
    isWhole: () => existsSync(wholePath(place)),
    all: () => readForeignLeases(place),
    get: key => readShard(place, key.slice(0, 2))[key],
    set: (changes, isWhole) => {
      const byShard = byFirstDigits(changes);
      if (changes.size > 0 || isWhole) makePrivate(directory(place));
      for (const [shard, entries] of byShard) writeShard(place, shard, entries);
      if (isWhole && !existsSync(wholePath(place))) replaceFile(wholePath(place), '');
    },
  };
}

/** Another writer's lease of a task, for a reader. */
export function readForeignLease(place: Place, taskId: string): ForeignLease | undefined {
  const key = taskKey(taskId);
  return readShard(place, key.slice(0, 2))[key];
}

/** All of them, for a reader. */
export function readForeignLeases(place: Place): ForeignLease[] {
  const shards = listDirectory(directory(place)).filter(name => /^[0-9a-f]{2}\.json$/.test(name));
  return shards.flatMap(name => Object.values(readShard(place, name.slice(0, 2))));
}

function readShard(place: Place, shard: string): Shard {
  const text = readText(shardPath(place, shard));
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(isForeignLease)) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isForeignLease(entry: [string, unknown]): entry is [string, ForeignLease] {
  const [, value] = entry;
  if (!isJsonObject(value) || !isJsonObject(value.seen) || !validateLease(value.lease)) return false;
  return (value.lease as Lease).lease_id === value.seen.lease_id;
}

function writeShard(place: Place, shard: string, entries: [string, ForeignLease | undefined][]): void {
  const leases = readShard(place, shard);
  for (const [key, lease] of entries) {
    if (lease) leases[key] = lease;
    else delete leases[key];
  }
  if (Object.keys(leases).length > 0) replaceFile(shardPath(place, shard), JSON.stringify(leases));
  else removeFile(shardPath(place, shard));
}

function byFirstDigits<T>(changes: Map<string, T>): Map<string, [string, T][]> {
  const shards = new Map<string, [string, T][]>();
  for (const entry of changes) {
    const shard = entry[0].slice(0, 2);
    shards.set(shard, [...(shards.get(shard) ?? []), entry]);
  }
  return shards;
}
