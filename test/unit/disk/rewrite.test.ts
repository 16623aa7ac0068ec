/** Taking lines out of a file: what stays, what goes, and where it is then. */
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { rewriteLines } from '../../../tools/lib/disk/rewrite.js';
import { refusal } from '../../support/failure.js';
import { fileOf, keeps, namesBeside, read, rewrite } from '../../support/rewrite.js';
import { checkProperty } from '../../support/rounds.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

test('a file in which every line stays is not touched', () => {
  for (const content of ['', 'a\n', '\n\na\r\n']) {
    const path = fileOf(content);
    const before = statSync(path);
    expect(rewrite(path)).toBeUndefined();
    expect([read(path), statSync(path).ino]).toEqual([content, before.ino]);
    expect(namesBeside(path)).toEqual(['log']);
  }
  expect(rewrite(join(temporaryDirectory(), 'missing'))).toBeUndefined();
});

test('lines that go are in a file beside, those that stay are as they were', () => {
  const path = fileOf('a\nbad1\nb\r\n\nbad2\nbad3\nc\n');
  chmodSync(path, 0o640);
  expect(rewrite(path)).toEqual({
    quarantine: `${path}.torn-x`,
    lines: [2, 5, 6],
    completed: undefined,
    kept: undefined,
  });
  expect(read(path)).toBe('a\nb\r\n\nc\n');
  expect(read(`${path}.torn-x`)).toBe('bad1\nbad2\nbad3\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(statSync(`${path}.torn-x`).mode & 0o777).toBe(0o600);
  expect(namesBeside(path)).toEqual(['log', 'log.torn-x']);
});

test('a last line without its newline gets it, or goes', () => {
  const whole = fileOf('a\nb');
  expect(rewrite(whole)).toMatchObject({ quarantine: undefined, lines: [], completed: 2 });
  expect(read(whole)).toBe('a\nb\n');
  const both = fileOf('bad\nb');
  expect(rewrite(both)).toMatchObject({ lines: [1], completed: 2 });
  expect(read(both)).toBe('b\n');
  const torn = fileOf('a\nbad');
  expect(rewrite(torn)).toMatchObject({ lines: [2], completed: undefined });
  expect([read(torn), read(`${torn}.torn-x`)]).toEqual(['a\n', 'bad']);
});

test('no byte is lost of any file', () => {
  const path = fileOf('');
  const line = fastCheck.constantFrom('a', 'bad', '', 'long'.repeat(300), `bad${'x'.repeat(70_000)}`);
  checkProperty(
    fastCheck.property(fastCheck.array(line, { maxLength: 12 }), fastCheck.boolean(), (lines, isTorn) => {
      const content = lines.map(text => `${text}\n`).join('');
      writeFileSync(path, isTorn ? content.slice(0, -1) : content);
      const places: [number, number][] = [];
      const done = rewriteLines(path, {
        ...{ id: String(Math.random()), clock: testClock(), keeps },
        beforeReplace(placeIn) {
          for (let at = 0, index = 0; index < lines.length; at += lines[index++]!.length + 1)
            places.push([at, placeIn(at)]);
        },
      });
      const kept = lines.filter(text => keeps(Buffer.from(text)));
      const gone = lines.filter(text => !keeps(Buffer.from(text)));
      const isEmptyTail = isTorn && lines.at(-1) === '';
      expect(read(path).split('\n').slice(0, -1)).toEqual(isEmptyTail ? kept.slice(0, -1) : kept);
      if (done?.quarantine) expect(read(done.quarantine).split('\n').filter(Boolean)).toEqual(gone);
      for (const [index, [at, place]] of places.entries()) {
        if (keeps(Buffer.from(lines[index]!)) && lines[index] !== '') {
          expect(read(path).slice(place, place + lines[index]!.length), `${at}`).toBe(lines[index]);
        }
      }
    }),
    60,
  );
});

test('what is no file of lines is refused', () => {
  const path = fileOf('bad\n');
  const link = join(dirname(path), 'link');
  symlinkSync(path, link);
  refusal('unsafe', () => rewrite(link));
  mkdirSync(join(dirname(path), 'directory'));
  refusal('disk', () => rewrite(join(dirname(path), 'directory')));
  writeFileSync(`${path}.torn-x`, 'mine');
  expect(refusal('disk', () => rewrite(path))).toContain('exists already');
  expect([read(path), read(`${path}.torn-x`)]).toEqual(['bad\n', 'mine']);
});
