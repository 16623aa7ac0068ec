/** What is taken for unchanged, and what is read again. */
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { markOf, StatCache } from '../../../tools/lib/runs/snapshot/stat-cache.js';
import { put, type SnapshotPlace, snapshotPlace } from '../../support/snapshots.js';
import { linesIn, temporaryDirectory } from '../../support/workspace.js';

/** Makes every file old enough to be trusted. */
function age({ top }: SnapshotPlace, ...paths: string[]): void {
  for (const path of paths) utimesSync(join(top, path), 1_700_000_000.5, 1_700_000_000.5);
}

test('an unchanged file is not read again; a changed one is, whatever its size and times', () => {
  const tree = snapshotPlace();
  age(tree, 'a.txt', 'src/b.txt');
  const path = join(tree.top, 'a.txt');
  const first = waitedFor(tree);
  // With another inode and change time, but the same size and times.
  writeFileSync(`${path}.new`, 'ONE');
  utimesSync(`${path}.new`, 1_700_000_000.5, 1_700_000_000.5);
  renameSync(`${path}.new`, path);
  const second = tree.take();
  expect(second).not.toBe(first);
  expect(second).toBe(tree.take({ hasCache: false }));
  put(tree.top, 'a.txt', 'one');
  expect(tree.take()).toBe(first);
});

/** A snapshot that began later than any file was changed. */
function waitedFor(tree: SnapshotPlace): string {
  for (let id = tree.take(); ; id = tree.take()) {
    const newest = Math.max(...['a.txt', 'src/b.txt'].map(path => statSync(join(tree.top, path)).ctimeMs));
    const began = Number(
      linesIn(join(dirname(tree.top), 'cache'))[0]!
        .split(' ')
        .at(-1),
    );
    if (newest < began) return id;
  }
}

test('a hash is remembered, and trusted only when the file is older than the snapshot that made it', () => {
  const base = temporaryDirectory();
  const [file, path] = [join(base, 'file'), join(base, 'cache')];
  writeFileSync(file, 'x');
  const stats = statSync(file);
  const remember = (began: number): string | undefined => {
    const hash = 'a'.repeat(64);
    const mark = markOf(stats);
    writeFileSync(path, `agent-ledger stat cache 2 ${began}\n${hash} ${mark}\ta b\n`);
    const cache = new StatCache(path);
    const found = cache.lookUp('a b', stats, mark);
    cache.abandon();
    return found;
  };
  const newest = Math.max(stats.mtimeMs, stats.ctimeMs);
  expect(remember(newest + 5000)).toBe('a'.repeat(64));
  expect(remember(newest)).toBeUndefined();
  expect(remember(newest - 1)).toBeUndefined();
  writeFileSync(path, 'something else\n');
  expect(new StatCache(path).lookUp('a b', stats, markOf(stats))).toBeUndefined();
});

test('a file that is written again at once, with the same size, is seen', () => {
  const tree = snapshotPlace();
  for (let turn = 0; turn < 50; turn++) {
    put(tree.top, 'a.txt', String(turn).padStart(3, '0'));
    const id = tree.take();
    expect(id).toBe(tree.take({ hasCache: false }));
  }
});
