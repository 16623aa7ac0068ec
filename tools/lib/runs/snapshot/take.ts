/** Taking a snapshot: every file of a tree with its hash, in a manifest that is there whole or not at all. */
import { join } from 'node:path';
import { type Clock, timestampNow } from '../../clock.js';
import { makePrivate } from '../../disk/directory.js';
import { Replacement } from '../../disk/replacement.js';
import { Failure } from '../../failure.js';
import { hashFile, hashLink } from './hash-file.js';
import { type ManifestFile, SnapshotId } from './manifest.js';
import { markOf, StatCache } from './stat-cache.js';
import { type Tree, type TreeFile, walkTree } from './walk.js';

export interface SnapshotJob {
  tree: Tree;
  /** Where manifests go, by the ids of their snapshots. */
  directory: string;
  /** The stat cache of this tree; without it every file is read. */
  cache: string | undefined;
  clock: Clock;
  warn(message: string): void;
}

/** The manifest of a snapshot. */
export function manifestPath(directory: string, snapshotId: string): string {
  return join(directory, `${snapshotId}.jsonl`);
}

/** @returns the id; the caller holds the locks that guard the manifests and the cache */
export function takeSnapshot({ tree, directory, cache: cachePath, clock, warn }: SnapshotJob): string {
  makePrivate(directory);
  const cache = cachePath === undefined ? undefined : new StatCache(cachePath);
  const manifest = new Replacement(join(directory, '.new.tmp'));
  try {
    const id = new SnapshotId();
    let files = 0;
    let bytes = 0;
    for (const found of walkTree(tree, warn)) {
      const file = hashed(found, { tree, cache, warn });
      if (!file) continue;
      id.add(file);
      manifest.write(lineOf(file));
      files++;
      bytes += file.size;
    }
    const snapshot_id = id.value;
    const end = { schema_version: 1, snapshot_id, taken_at: timestampNow(clock), files, bytes };
    manifest.write(`${JSON.stringify(end)}\n`);
    manifest.commit(manifestPath(directory, snapshot_id));
    cache?.commit();
    return snapshot_id;
  } catch (error) {
    manifest.abandon();
    cache?.abandon();
    throw error;
  }
}

type Hashing = Pick<SnapshotJob, 'tree' | 'warn'> & { cache: StatCache | undefined };

/** Written by hand: nothing but the path needs quoting, and there are many. */
function lineOf({ path, mode, sha256, size }: ManifestFile): string {
  return `{"path":${JSON.stringify(path)},"mode":"${mode}","sha256":"${sha256}","size":${size}}\n`;
}

/** What the manifest says of a file; undefined when it is gone or cannot be read. */
function hashed({ path, stats }: TreeFile, { tree, cache, warn }: Hashing): ManifestFile | undefined {
  const mode = stats.isSymbolicLink() ? '120000' : (stats.mode & 0o100) !== 0 ? '100755' : '100644';
  const mark = markOf(stats);
  let sha256 = cache?.lookUp(path, stats, mark);
  let { size } = stats;
  if (sha256 === undefined) {
    const found = read(`${tree.top}/${path}`, mode, warn);
    if (!found) return undefined;
    ({ sha256, size } = found);
  }
  cache?.remember(path, mark, sha256);
  return { path, mode, sha256, size };
}

function read(
  path: string,
  mode: ManifestFile['mode'],
  warn: SnapshotJob['warn'],
): ReturnType<typeof hashFile> {
  try {
    return mode === '120000' ? hashLink(path) : hashFile(path);
  } catch (error) {
    if (!(error instanceof Failure && error.kind === 'unsafe')) throw error;
    warn(`the snapshot leaves out ${path}: ${error.message}`);
    return undefined;
  }
}
