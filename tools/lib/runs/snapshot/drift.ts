/** What changed between two snapshots. */
import { existsSync } from 'node:fs';
import { type ManifestFile, readManifest } from './manifest.js';
import { manifestPath } from './take.js';

export interface Drift {
  /** How many files were added, removed or changed. */
  count: number;
  /** The first of them: `+ added`, `- removed`, `~ changed`. */
  examples: string[];
}

const MOST_EXAMPLES = 20;

/** @returns undefined when the manifest of one of them is gone or damaged */
export function driftBetween(directory: string, before: string, after: string): Drift | undefined {
  const paths = [before, after].map(id => manifestPath(directory, id));
  if (!paths.every(path => existsSync(path))) return undefined;
  const [old, now] = [readManifest(paths[0]!, before), readManifest(paths[1]!, after)];
  const drift: Drift = { count: 0, examples: [] };
  const note = (change: string): void => {
    drift.count++;
    if (drift.examples.length < MOST_EXAMPLES) drift.examples.push(change);
  };
  let [a, b] = [old.next(), now.next()];
  while (!a.done || !b.done) {
    const order = compare(a.done ? undefined : a.value, b.done ? undefined : b.value);
    if (order < 0) note(`- ${(a.value as ManifestFile).path}`);
    else if (order > 0) note(`+ ${(b.value as ManifestFile).path}`);
    else if (!isSame(a.value as ManifestFile, b.value as ManifestFile)) {
      note(`~ ${(a.value as ManifestFile).path}`);
    }
    if (order <= 0) a = old.next();
    if (order >= 0) b = now.next();
  }
  return a.value && b.value ? drift : undefined;
}

function compare(a: ManifestFile | undefined, b: ManifestFile | undefined): number {
  if (!a) return 1;
  if (!b) return -1;
  return a.path === b.path ? 0 : a.path < b.path ? -1 : 1;
}

function isSame(a: ManifestFile, b: ManifestFile): boolean {
  return a.sha256 === b.sha256 && a.mode === b.mode;
}
