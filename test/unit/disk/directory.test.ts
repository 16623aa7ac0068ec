import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listDirectory, makeDirectory, makePrivate } from '../../../tools/lib/disk/directory.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

function rootBeside(): { root: string; outside: string } {
  const directory = temporaryDirectory();
  for (const name of ['root', 'root-evil']) mkdirSync(join(directory, name));
  return { root: join(directory, 'root'), outside: join(directory, 'root-evil') };
}

test('directories are made private, all the way down', () => {
  const { root } = rootBeside();
  expect(makeDirectory(root, join(root, 'g/ledger/cls'))).toBe(join(root, 'g/ledger/cls'));
  for (const path of ['g', 'g/ledger', 'g/ledger/cls']) {
    expect(statSync(join(root, path)).mode & 0o777).toBe(0o700);
  }
  makeDirectory(root, join(root, 'g/ledger/cls'));
});

test.each(['g', 'g/ledger', 'g/ledger/cls'])('a link at %s that leads out of the root is refused', place => {
  const { root, outside } = rootBeside();
  mkdirSync(join(root, place, '..'), { recursive: true });
  symlinkSync(outside, join(root, place));
  const message = refusal('unsafe', () => makeDirectory(root, join(root, 'g/ledger/cls')));
  expect(message).toMatch(/leads out of the root/);
  expect(readdirSync(outside)).toEqual([]);
});

test('a link that stays inside is followed; one that leads nowhere or in a circle is refused', () => {
  const { root } = rootBeside();
  mkdirSync(join(root, 'real'));
  symlinkSync('real', join(root, 'g'));
  makeDirectory(root, join(root, 'g/ledger'));
  expect(readdirSync(join(root, 'real'))).toEqual(['ledger']);
  symlinkSync('missing', join(root, 'nowhere'));
  expect(refusal('unsafe', () => makeDirectory(root, join(root, 'nowhere')))).toMatch(/leads nowhere/);
  symlinkSync('circle', join(root, 'circle'));
  expect(refusal('unsafe', () => makeDirectory(root, join(root, 'circle')))).toMatch(/ELOOP/);
});

test('a file in the place of a directory is a disk failure', () => {
  const { root } = rootBeside();
  writeFileSync(join(root, 'g'), '');
  expect(refusal('disk', () => makeDirectory(root, join(root, 'g/ledger')))).toMatch(/place of a directory/);
});

test('the directories of the control plane are private', () => {
  const { root } = rootBeside();
  makePrivate(join(root, 'a/b'));
  makePrivate(join(root, 'a/b'));
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  writeFileSync(join(root, 'file'), '');
  refusal('disk', () => makePrivate(join(root, 'file/below')));
});

test('a directory is listed in order; one that is missing is empty', () => {
  const { root } = rootBeside();
  for (const name of ['b', 'a', 'C']) writeFileSync(join(root, name), '');
  expect(listDirectory(root)).toEqual(['C', 'a', 'b']);
  expect(listDirectory(join(root, 'missing'))).toEqual([]);
  expect(refusal('disk', () => listDirectory(join(root, 'a')))).toMatch(/cannot list/);
});
