import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { amendFile, readForeign, removeForeign } from '../../../tools/lib/disk/amend.js';
import { temporaryDirectory } from '../../support/workspace.js';

const modes = { file: 0o644, directory: 0o755 };

test('a file is replaced with its mode kept, and nothing else is left in its directory', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'settings.json');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  amendFile(readForeign(path), Buffer.from('new'), modes);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  expect(readdirSync(directory)).toEqual(['settings.json']);
});

test('a missing file is made with the directories on its way', () => {
  const path = join(temporaryDirectory(), 'a/b/settings.json');
  amendFile(readForeign(path), Buffer.from('new'), { file: 0o600, directory: 0o700 });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o7777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o7777).toBe(0o700);
});

test('a link is followed and stays a link', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'dotfiles'));
  const target = join(directory, 'dotfiles/settings.json');
  const path = join(directory, 'settings.json');
  writeFileSync(target, 'old');
  symlinkSync('dotfiles/settings.json', path);
  amendFile(readForeign(path), Buffer.from('new'), modes);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
});

test('a link that leads nowhere is refused', () => {
  const path = join(temporaryDirectory(), 'settings.json');
  symlinkSync('nowhere', path);
  expect(() => readForeign(path)).toThrow(expect.objectContaining({ kind: 'unsafe' }));
});

test('a directory in the place of the file is refused', () => {
  const directory = temporaryDirectory();
  expect(() => readForeign(directory)).toThrow(expect.objectContaining({ kind: 'disk' }));
});

test('a file that another program changed meanwhile is left alone', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'settings.json');
  writeFileSync(path, 'old');
  const file = readForeign(path);
  writeFileSync(path, 'theirs');
  expect(() => amendFile(file, Buffer.from('ours'), modes)).toThrow(
    expect.objectContaining({ kind: 'contention' }),
  );
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  expect(readdirSync(directory)).toEqual(['settings.json']);
});

test('a link that leads elsewhere by now is left alone', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'settings.json');
  for (const name of ['one', 'two']) writeFileSync(join(directory, name), 'same');
  symlinkSync('one', path);
  const file = readForeign(path);
  unlinkSync(path);
  symlinkSync('two', path);
  expect(() => amendFile(file, Buffer.from('ours'), modes)).toThrow(/changed by another program/);
});

test('a file that appeared meanwhile is left alone', () => {
  const path = join(temporaryDirectory(), 'settings.json');
  const file = readForeign(path);
  writeFileSync(path, 'theirs');
  expect(() => amendFile(file, Buffer.from('ours'), modes)).toThrow(/changed by another program/);
  expect(() => removeForeign(file)).toThrow(/changed by another program/);
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});
