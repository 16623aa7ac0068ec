import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  chunksBackward,
  linesOf,
  openForReading,
  readChunks,
  readText,
} from '../../../tools/lib/disk/read.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';
import { temporaryDirectory } from '../../support/workspace.js';

const CHUNK = 256 * 1024;

function fileOf(content: string): string {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, content);
  return path;
}

const textsOf = (path: string, from?: number, longestLine?: number): string[] =>
  Array.from(readChunks(path, from, longestLine), ({ bytes }) => bytes.toString());

test('a small file is one chunk; an empty one has none', () => {
  expect(textsOf(fileOf('a\nb\n'))).toEqual(['a\nb\n']);
  expect(textsOf(fileOf('a\ntorn'))).toEqual(['a\ntorn']);
  expect(textsOf(fileOf(''))).toEqual([]);
  expect(textsOf(fileOf('\n'))).toEqual(['\n']);
});

test('backwards, chunks of whole lines come from the end, no further than they are asked for', () => {
  for (const length of [10, CHUNK - 1, CHUNK, 3 * CHUNK]) {
    const content = `${'a'.repeat(length)}\n${'b\n'.repeat(length / 2)}torn`;
    const file = openForReading(fileOf(content));
    const chunks = Array.from(chunksBackward(file, content.length), ({ bytes }) => bytes.toString());
    closeSync(file.fd);
    expect(chunks.toReversed().join('')).toBe(content);
    for (const chunk of chunks.slice(1)) expect(chunk.endsWith('\n')).toBe(true);
    expect(chunks[0]!.length).toBeLessThanOrEqual(CHUNK + 2);
  }
});

test('reading can begin anywhere', () => {
  const [chunk] = readChunks(fileOf('one\ntwo\n'), 4);
  expect(chunk).toEqual({ bytes: Buffer.from('two\n'), position: 4 });
  expect(textsOf(fileOf('one\n'), 4)).toEqual([]);
  expect(textsOf(fileOf('one\n'), 99)).toEqual([]);
});

test('chunks are cut at line ends, wherever those fall', () => {
  for (const length of [CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK]) {
    const content = `${'a'.repeat(length)}\nb\n${'c'.repeat(length)}`;
    const chunks = textsOf(fileOf(content));
    expect(chunks.join('')).toBe(content);
    for (const chunk of chunks.slice(0, -1)) expect(chunk.endsWith('\n')).toBe(true);
  }
});

test('a line beyond the limit comes in pieces, and the lines after it whole', () => {
  const content = `${'a'.repeat(5 * CHUNK)}\nb\n`;
  const chunks = textsOf(fileOf(content), 0, 2 * CHUNK);
  expect(chunks.join('')).toBe(content);
  expect(chunks.length).toBeGreaterThan(2);
  expect(Math.max(...chunks.map(chunk => chunk.length))).toBeLessThanOrEqual(2 * CHUNK);
  expect(chunks.at(-1)).toMatch(/\nb\n$/);
});

test('lines know where they are and whether they are whole', () => {
  const [chunk] = readChunks(fileOf('a\r\n\nlast'));
  expect([...linesOf(chunk!)].map(line => [line.bytes.toString(), line.position, line.isTerminated])).toEqual(
    [
      ['a\r', 0, true],
      ['', 3, true],
      ['last', 4, false],
    ],
  );
});

test('chunks and lines lose no byte of any file', () => {
  const lengths = fastCheck.array(fastCheck.oneof(fastCheck.nat(200), fastCheck.nat(3 * CHUNK)), {
    maxLength: 8,
  });
  const path = fileOf('');
  checkProperty(
    fastCheck.property(lengths, fastCheck.boolean(), (lineLengths, isTorn) => {
      const lines = lineLengths.map((length, index) => String(index % 10).repeat(length));
      const content = lines.map(line => `${line}\n`).join('') + (isTorn ? 'torn' : '');
      writeFileSync(path, content);
      const read: string[] = [];
      for (const chunk of readChunks(path)) {
        for (const { bytes, position } of linesOf(chunk)) {
          expect(content.slice(position, position + bytes.length)).toBe(bytes.toString());
          read.push(bytes.toString());
        }
      }
      expect(read).toEqual(isTorn ? [...lines, 'torn'] : lines);
    }),
    30,
  );
});

test('what cannot be read is told apart from what is not there', () => {
  const directory = temporaryDirectory();
  expect(readText(join(directory, 'missing'))).toBeUndefined();
  expect(refusal('disk', () => readText(directory))).toMatch(/cannot read/);
  expect(refusal('disk', () => textsOf(directory))).toMatch(/not a regular file/);
  refusal('disk', () => textsOf(join(directory, 'missing')));
  mkdirSync(join(directory, 'd'));
  writeFileSync(join(directory, 'd/f'), 'text');
  expect(readText(join(directory, 'd/f'))).toBe('text');
});
