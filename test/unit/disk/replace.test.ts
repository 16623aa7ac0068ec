import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFile, renameFile, replaceFile } from '../../../tools/lib/disk/replace.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

test.each([{}, { isDurable: true }])('a file is made private, then replaced as a whole: %j', options => {
  const directory = temporaryDirectory();
  const path = join(directory, 'view.json');
  replaceFile(path, 'first', options);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { ino } = statSync(path);
  replaceFile(path, Buffer.from('second'), options);
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(statSync(path).ino).not.toBe(ino);
  expect(readdirSync(directory)).toEqual(['view.json']);
});

test('the temporary file of a killed process is overwritten', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, '.view.json.tmp'), 'half of something that was much longer');
  replaceFile(join(directory, 'view.json'), 'whole');
  expect(readFileSync(join(directory, 'view.json'), 'utf8')).toBe('whole');
  expect(readdirSync(directory)).toEqual(['view.json']);
});

test('a link planted under the temporary name is not followed', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'victim'), 'kept');
  symlinkSync(join(directory, 'victim'), join(directory, '.view.json.tmp'));
  expect(refusal('unsafe', () => replaceFile(join(directory, 'view.json'), 'x'))).toMatch(/symbolic link/);
  expect(readFileSync(join(directory, 'victim'), 'utf8')).toBe('kept');
  replaceFile(join(directory, 'view.json'), 'x');
});

test('on failure the old content stays and no temporary file', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'view.json'));
  writeFileSync(join(directory, 'view.json/inside'), 'kept');
  refusal('disk', () => replaceFile(join(directory, 'view.json'), 'x'));
  refusal('disk', () => replaceFile(join(directory, 'missing/view.json'), 'x'));
  expect(readFileSync(join(directory, 'view.json/inside'), 'utf8')).toBe('kept');
  expect(readdirSync(directory)).toEqual(['view.json']);
});

test('a file that must be new is made once', () => {
  const path = join(temporaryDirectory(), 'receipt');
  expect(createFile(path, 'first')).toBe(true);
  expect(createFile(path, 'second')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('first');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  symlinkSync(join(path, '../elsewhere'), `${path}.link`);
  expect(createFile(`${path}.link`, 'x')).toBe(false);
  expect(existsSync(join(path, '../elsewhere'))).toBe(false);
});

test('a file is given another name', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'a'), 'kept');
  renameFile(join(directory, 'a'), join(directory, 'b'));
  expect(readFileSync(join(directory, 'b'), 'utf8')).toBe('kept');
  expect(refusal('disk', () => renameFile(join(directory, 'a'), join(directory, 'b')))).toMatch(
    /cannot move/,
  );
});
