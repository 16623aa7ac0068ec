/** What others write to a file while lines are taken out of it, before and after it is replaced. */
import { appendFileSync, closeSync, linkSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { hasReplaced } from '../../../tools/lib/disk/rewrite.js';
import { fileOf, namesBeside, read, rewrite } from '../../support/rewrite.js';

test('what is appended before the new file takes its place is in it', () => {
  const path = fileOf('a\nbad\n');
  rewrite(path, { beforeReplace: () => appendFileSync(path, 'late\n') });
  expect(read(path)).toBe('a\nlate\n');
  expect(namesBeside(path)).toEqual(['log', 'log.torn-x']);
});

test('what a writer that had the file open writes later is taken over', () => {
  const path = fileOf('a\nbad\n');
  const fd = openSync(path, 'a');
  const writes = ['one\n', 'two\nth', 'ree\n', 'four'];
  rewrite(path, {
    sleep: pause => {
      if (pause % 3 === 0 && writes.length > 0) writeSync(fd, writes.shift()!);
      if (pause === 4) appendFileSync(path, 'new\n');
    },
  });
  closeSync(fd);
  expect(read(path).split('\n')).toEqual(['a', 'one', 'two', 'new', 'three', 'four', '']);
  expect(namesBeside(path)).toEqual(['log', 'log.torn-x']);
});

test('a line that was on its way is not torn', () => {
  const path = fileOf('bad\nfirst ha');
  const fd = openSync(path, 'a');
  const parts = ['lf', ' second half\n'];
  rewrite(path, { sleep: () => parts.length > 0 && writeSync(fd, parts.shift()!) });
  closeSync(fd);
  expect(read(path)).toBe('first half second half\n');
});

test('of a last line that was judged too early nothing is lost', () => {
  for (const [tail, rest, expected] of [
    ['bad', 'ly named\n', 'badly named\n'],
    ['whole', '\nmore\n', 'whole\nmore\n'],
  ] as const) {
    const path = fileOf(`bad\n${tail}`);
    const fd = openSync(path, 'a');
    rewrite(path, { sleep: pause => pause === 2 && writeSync(fd, rest) });
    closeSync(fd);
    expect(read(path)).toBe(expected);
  }
});

test('a program that goes on writing to the replaced file is noticed, and its lines come with the next rewrite', () => {
  const path = fileOf('a\nbad\n');
  const fd = openSync(path, 'a');
  let written = 0;
  const { kept } = rewrite(path, { sleep: () => writeSync(fd, `line ${++written}\n`) })!;
  expect(kept).toContain('.log.replaced-');
  expect(hasReplaced(path)).toBe(true);
  writeSync(fd, `line ${++written}\n`);
  closeSync(fd);
  expect(rewrite(path)).toBeUndefined();
  expect(hasReplaced(path)).toBe(false);
  const lines = Array.from({ length: written }, (_, index) => `line ${index + 1}`);
  expect(read(path).split('\n')).toEqual(['a', ...lines, '']);
});

test('a rewrite that was killed is finished by the next one', () => {
  // Before the rename: two names for one file.
  const before = fileOf('a\nbad\n');
  linkSync(before, join(dirname(before), '.log.replaced-6-6'));
  writeFileSync(join(dirname(before), '.log.tmp'), 'half');
  expect(rewrite(before)).toMatchObject({ lines: [2] });
  expect([read(before), ...namesBeside(before)]).toEqual(['a\n', 'log', 'log.torn-x']);
  // After it: lines that came to the replaced file, of which one was taken over already.
  const after = fileOf('a\nbad\none\ntwo\ntwo\n');
  renameSync(after, join(dirname(after), '.log.replaced-6-6'));
  writeFileSync(after, 'a\ntwo\n');
  expect(rewrite(after)).toBeUndefined();
  expect(read(after)).toBe('a\ntwo\none\ntwo\n');
  expect(namesBeside(after)).toEqual(['log']);
});
