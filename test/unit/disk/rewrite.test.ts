/** Taking lines out of a file that others append to. The clock's pauses are where they do it. */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../tools/lib/clock.js';
import { hasReplaced, type Rewritten, rewriteLines } from '../../../tools/lib/disk/rewrite.js';
import { checkProperty } from '../../support/rounds.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

const keeps = (line: Buffer): boolean => !line.toString().startsWith('bad');

interface Meanwhile {
  /** Done at each pause. */
  sleep?: (pause: number) => void;
  beforeReplace?: (placeIn: (place: number) => number) => void;
}

function rewrite(
  path: string,
  { sleep, beforeReplace = () => undefined }: Meanwhile = {},
): Rewritten | undefined {
  let pause = 0;
  const clock: Clock = { ...testClock(), sleepMs: () => sleep?.(pause++) };
  return rewriteLines(path, { id: 'x', clock, keeps, beforeReplace });
}

function fileOf(content: string): string {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, content);
  return path;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const namesBeside = (path: string): string[] => readdirSync(dirname(path)).sort();

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
