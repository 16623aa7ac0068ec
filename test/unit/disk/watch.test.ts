import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Bell } from '../../../tools/lib/bell.js';
import { watchTree } from '../../../tools/lib/disk/watch.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** A watched directory, and what waits until a hint of a name in a directory has come. */
function watched(base: string) {
  const hints = new Set<string>();
  const bell = new Bell();
  const tree = watchTree(base, (directory, name) => {
    hints.add(`${directory}/${name}`);
    bell.ring();
  });
  onTestFinished(() => tree.close());
  return {
    tree,
    hint: async (path: string): Promise<void> => {
      while (!hints.has(path)) await bell.heard();
      hints.clear();
    },
  };
}

test('a change in the directory or in one below it gives a hint', async () => {
  const base = temporaryDirectory();
  mkdirSync(join(base, 'cls'));
  const { hint } = watched(base);
  writeFileSync(join(base, 'cls/day'), 'one');
  await hint(join(base, 'cls/day'));
  writeFileSync(join(base, 'cls/day'), 'two', { flag: 'a' });
  await hint(join(base, 'cls/day'));
  mkdirSync(join(base, 'andy'));
  await hint(join(base, 'andy'));
});

test('directories that appeared or were replaced are watched after a refresh', async () => {
  const base = temporaryDirectory();
  mkdirSync(join(base, 'cls'));
  const { tree, hint } = watched(base);
  mkdirSync(join(base, 'andy'));
  renameSync(join(base, 'cls'), join(base, 'gone'));
  mkdirSync(join(base, 'cls'));
  tree.refresh();
  writeFileSync(join(base, 'andy/day'), 'one');
  await hint(join(base, 'andy/day'));
  writeFileSync(join(base, 'cls/day'), 'one');
  await hint(join(base, 'cls/day'));
});

test('what is not there is watched once it is', async () => {
  const base = join(temporaryDirectory(), 'later');
  const { tree, hint } = watched(base);
  mkdirSync(base);
  tree.refresh();
  writeFileSync(join(base, 'file'), 'one');
  await hint(join(base, 'file'));
  rmSync(base, { recursive: true });
  expect(() => tree.refresh()).not.toThrow();
});
