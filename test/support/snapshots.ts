/** Trees in temporary directories, and their snapshots. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { validateSnapshotManifest } from '../../tools/lib/record/generated/validate-snapshot-manifest.js';
import { takeSnapshot } from '../../tools/lib/runs/snapshot/take.js';
import { linesIn, temporaryDirectory, testClock } from './workspace.js';

export interface SnapshotPlace {
  top: string;
  /** Takes a snapshot. @returns its id */
  take(options?: { isRepository?: boolean; hasCache?: boolean }): string;
  /** The paths in a manifest. */
  paths(id: string): string[];
  directory: string;
  warnings: string[];
}

export function snapshotPlace(
  files: Record<string, string> = { 'a.txt': 'one', 'src/b.txt': 'two' },
): SnapshotPlace {
  const base = temporaryDirectory();
  const top = join(base, 'tree');
  const directory = join(base, 'snapshots');
  const warnings: string[] = [];
  mkdirSync(top);
  for (const [path, text] of Object.entries(files)) put(top, path, text);
  return {
    ...{ top, directory, warnings },
    take: ({ isRepository = false, hasCache = true } = {}) =>
      takeSnapshot({
        ...{ tree: { top, isRepository }, directory, clock: testClock() },
        cache: hasCache ? join(base, 'cache') : undefined,
        warn: message => warnings.push(message),
      }),
    paths: id =>
      manifest(directory, id)
        .slice(0, -1)
        .map(line => line.path as string),
  };
}

export function put(top: string, path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

export function manifest(directory: string, id: string): Record<string, unknown>[] {
  const lines = linesIn(join(directory, `${id}.jsonl`)).map(
    line => JSON.parse(line) as Record<string, unknown>,
  );
  for (const line of lines) expect(validateSnapshotManifest(line), JSON.stringify(line)).toBe(true);
  return lines;
}
