import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type AppendFile,
  appendBytes,
  awaitWriters,
  closeFile,
  openForAppend,
  readBytes,
  truncateTo,
} from '../../../tools/lib/disk/append.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

function opened(path: string): AppendFile {
  const file = openForAppend(path);
  onTestFinished(() => closeFile(file));
  return file;
}

test('a new file is made by its first append, private, and knows its size', () => {
  const path = join(temporaryDirectory(), 'log');
  const file = opened(path);
  expect(file.size).toBe(0);
  expect(readBytes(file, 0, 10)).toHaveLength(0);
  expect(existsSync(path)).toBe(false);
  appendBytes(file, Buffer.from('one\n'));
  appendBytes(file, Buffer.from('two\n'));
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(file.size).toBe(8);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an existing file is continued, and its mode is left alone', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, 'old\n', { mode: 0o644 });
  const file = opened(path);
  expect(file.size).toBe(4);
  appendBytes(file, Buffer.from('new\n'));
  expect(readFileSync(path, 'utf8')).toBe('old\nnew\n');
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('a line that somebody else appended meanwhile is not overwritten', () => {
  const path = join(temporaryDirectory(), 'log');
  const file = opened(path);
  appendFileSync(path, 'theirs\n');
  appendBytes(file, Buffer.from('ours\n'));
  expect(readFileSync(path, 'utf8')).toBe('theirs\nours\n');
});

test('what is no regular file is refused, at once', () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('target'), 'kept');
  symlinkSync(at('target'), at('link'));
  symlinkSync(at('missing'), at('dangling'));
  mkdirSync(at('directory'));
  execFileSync('mkfifo', [at('fifo')]);
  expect(refusal('unsafe', () => openForAppend(at('link')))).toMatch(/link.*symbolic link/);
  expect(refusal('unsafe', () => openForAppend(at('dangling')))).toMatch(/symbolic link/);
  expect(refusal('disk', () => openForAppend(at('directory')))).toMatch(/directory in its place/);
  expect(refusal('disk', () => openForAppend(at('fifo')))).toMatch(/not a regular file/);
  expect(refusal('disk', () => openForAppend(at('target/log')))).toMatch(/place of a directory/);
  expect(readFileSync(at('target'), 'utf8')).toBe('kept');
});

const hasFullDevice = existsSync('/dev/full');

test.skipIf(!hasFullDevice)('a refused append names the file (needs /dev/full)', () => {
  const file: AppendFile = { fd: openSync('/dev/full', 'w'), path: '/some/log', size: 0 };
  onTestFinished(() => closeFile(file));
  expect(refusal('disk', () => appendBytes(file, Buffer.from('x')))).toBe(
    'cannot write /some/log: no space left (ENOSPC); free some and run it again',
  );
  expect(file.size).toBe(0);
});

test('a directory that is missing is a disk failure of the append', () => {
  const file = opened(join(temporaryDirectory(), 'missing/log'));
  expect(refusal('disk', () => appendBytes(file, Buffer.from('x')))).toMatch(/missing\/log/);
});

test('a file that somebody else makes meanwhile is joined', () => {
  const path = join(temporaryDirectory(), 'log');
  const file = opened(path);
  writeFileSync(path, 'theirs\n');
  appendBytes(file, Buffer.from('ours\n'));
  expect(readFileSync(path, 'utf8')).toBe('theirs\nours\n');
});

test('reading gives what is there, and less at the end', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, '0123456789');
  const file = opened(path);
  expect(readBytes(file, 2, 3).toString()).toBe('234');
  expect(readBytes(file, 8, 100).toString()).toBe('89');
  expect(readBytes(file, 10, 1)).toHaveLength(0);
  expect(readBytes(file, 99, 5)).toHaveLength(0);
});

test('a file can be cut, and continued where it was cut', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, 'whole\ntorn');
  const file = opened(path);
  truncateTo(file, 6);
  appendBytes(file, Buffer.from('next\n'));
  expect(readFileSync(path, 'utf8')).toBe('whole\nnext\n');
});

test('a file that grew meanwhile is not cut', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, 'whole\ntorn');
  const file = opened(path);
  appendFileSync(path, ' theirs\n');
  expect(truncateTo(file, 6)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('whole\ntorn theirs\n');
  expect(file.size).toBe(18);
});

test('waiting for writers sees what they wrote, and leaves the mode', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, 'first\n', { mode: 0o640 });
  const file = opened(path);
  appendFileSync(path, 'second\n');
  awaitWriters(file);
  expect(file.size).toBe(13);
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  awaitWriters(opened(join(path, '../missing')));
});
