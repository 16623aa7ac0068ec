/** What a snapshot holds, and what it leaves out. */
import { chmodSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driftBetween } from '../../../tools/lib/runs/snapshot/drift.js';
import { manifest, put, snapshotPlace } from '../../support/snapshots.js';

test('equal trees have equal ids: times, order of making, and what is left out do not matter', () => {
  const one = snapshotPlace({ 'b/c': '1', a: '2', 'b.c': '3', 'b-c': '4' });
  const other = snapshotPlace({ 'b-c': '4', 'b.c': '3', a: '2', 'b/c': '1' });
  utimesSync(join(other.top, 'a'), 1, 1);
  for (const path of [
    'node_modules/x',
    'b/node_modules/y',
    '.cache/z',
    '.git/HEAD',
    'g/ledger/cls/day.jsonl',
  ])
    put(other.top, path, 'x');
  put(other.top, 'agents/cls/status.json', '{}');
  put(other.top, 'memory/cls/sessions/s.md', 'x');
  const id = one.take();
  expect(other.take()).toBe(id);
  expect(one.paths(id)).toEqual(['a', 'b-c', 'b.c', 'b/c']);
  expect(id).toBe('snap-6849a00436b4');
});

test('names that are left out at the top count below it', () => {
  const tree = snapshotPlace();
  const id = tree.take();
  for (const path of [
    'src/g/ledger/x',
    'src/.git/x',
    'src/state/x',
    'src/agents/cls/status.json',
    'agents/cls/prompt.md',
    'memory/notes.md',
  ]) {
    put(tree.top, path, 'x');
    expect(tree.paths(tree.take())).toContain(path);
  }
  expect(tree.take()).not.toBe(id);
});

test('content, mode and name make another id; links are recorded and not followed', () => {
  const tree = snapshotPlace();
  const ids = [tree.take()];
  put(tree.top, 'a.txt', 'ONE');
  ids.push(tree.take());
  chmodSync(join(tree.top, 'a.txt'), 0o755);
  ids.push(tree.take());
  renameSync(join(tree.top, 'a.txt'), join(tree.top, 'c.txt'));
  ids.push(tree.take());
  symlinkSync('/etc/passwd', join(tree.top, 'a.txt'));
  symlinkSync('src', join(tree.top, 'link'));
  ids.push(tree.take());
  expect(new Set(ids).size).toBe(ids.length);
  const lines = manifest(tree.directory, ids.at(-1)!);
  expect(lines.find(({ path }) => path === 'a.txt')).toMatchObject({ mode: '120000', size: 11 });
  expect(lines.map(({ path }) => path)).not.toContain('link/b.txt');
  expect(lines.find(({ path }) => path === 'c.txt')).toMatchObject({ mode: '100755' });
  expect(lines.at(-1)).toMatchObject({ files: 4, snapshot_id: ids.at(-1) });
});

test('what changed is told by name; a manifest that is cut or altered tells nothing', () => {
  const tree = snapshotPlace({ a: '1', b: '2', 'c/d': '3', e: '4' });
  const before = tree.take();
  put(tree.top, 'b', '22');
  rmSync(join(tree.top, 'c'), { recursive: true });
  put(tree.top, 'f', '5');
  const after = tree.take();
  expect(driftBetween(tree.directory, before, after)).toEqual({
    count: 3,
    examples: ['~ b', '- c/d', '+ f'],
  });
  expect(driftBetween(tree.directory, after, before)!.examples).toEqual(['~ b', '+ c/d', '- f']);
  expect(driftBetween(tree.directory, before, before)).toEqual({ count: 0, examples: [] });
  const path = join(tree.directory, `${before}.jsonl`);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, -20));
  expect(driftBetween(tree.directory, before, after)).toBeUndefined();
  writeFileSync(path, text.replace('"path":"b"', '"path":"bb"'));
  expect(driftBetween(tree.directory, before, after)).toBeUndefined();
  rmSync(path);
  expect(driftBetween(tree.directory, before, after)).toBeUndefined();
});

test('a large file, an empty one, and one whose size is that of a piece', () => {
  const sizes = [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000];
  const tree = snapshotPlace(Object.fromEntries(sizes.map(size => [`f${size}`, 'x'.repeat(size)])));
  const lines = manifest(tree.directory, tree.take()).slice(0, -1);
  expect(lines.map(({ size }) => size).sort()).toEqual([...sizes].sort());
  expect(lines.find(({ size }) => size === 0)!.sha256).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test.skipIf(process.platform !== 'linux')('a name that is not UTF-8 is said to be left out', () => {
  const tree = snapshotPlace();
  const id = tree.take();
  writeFileSync(Buffer.concat([Buffer.from(`${tree.top}/`), Buffer.of(0xff, 0x61)]), 'x');
  expect(tree.take()).toBe(id);
  expect(tree.warnings).toEqual([expect.stringMatching(/whose name is not UTF-8/)]);
});
