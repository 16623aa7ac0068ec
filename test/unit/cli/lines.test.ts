import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { batchLines, type NumberedLine } from '../../../tools/lib/cli/lines.js';
import { checkAsyncProperty } from '../../support/rounds.js';

async function* streamOf(chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function batchesOf(chunks: (string | Buffer)[], size = 1000): Promise<NumberedLine[][]> {
  const batches: NumberedLine[][] = [];
  for await (const batch of batchLines(streamOf(chunks), size)) batches.push(batch);
  return batches;
}

const shown = (batches: NumberedLine[][]): [number, string][] =>
  batches.flat().map(({ number, text }) => [number, text]);

test('lines are numbered as they stand, also the ones that are passed over', async () => {
  expect(shown(await batchesOf(['a\n\n  \r\nb\n', 'c']))).toEqual([
    [1, 'a'],
    [4, 'b'],
    [5, 'c'],
  ]);
  expect(await batchesOf([])).toEqual([]);
  expect(await batchesOf(['', '\n\n'])).toEqual([]);
});

test('a batch is full, or the last', async () => {
  const batches = await batchesOf(['a\nb\nc\n', 'd\ne'], 2);
  expect(batches.map(batch => batch.length)).toEqual([2, 2, 1]);
});

test('how the stream is cut does not matter', async () => {
  await checkAsyncProperty(
    fastCheck.asyncProperty(
      fastCheck.array(
        fastCheck.string({ unit: fastCheck.constantFrom('a', '\n', '🎉', '\r'), maxLength: 20 }),
      ),
      fastCheck.array(fastCheck.nat(30)),
      async (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const places = [...new Set([0, ...cuts.filter(cut => cut < whole.length), whole.length])].sort(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index]!, end));
        expect(shown(await batchesOf(chunks))).toEqual(shown(await batchesOf([whole])));
      },
    ),
  );
});

test('what was read is given out while a slow producer is silent', async () => {
  let release = (): void => undefined;
  const silence = new Promise<void>(resolve => {
    release = resolve;
  });
  async function* slow(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\nb');
    await silence;
    yield Buffer.from('c\n');
  }
  const batches = batchLines(slow(), 1000);
  expect(shown([(await batches.next()).value!])).toEqual([[1, 'a']]);
  release();
  expect(shown([(await batches.next()).value!])).toEqual([[2, 'bc']]);
  expect((await batches.next()).done).toBe(true);
});

test('a line of 1 MiB comes whole; a longer one is marked, and the ones behind it come whole', async () => {
  const limit = 1024 * 1024;
  const batches = await batchesOf([
    'x'.repeat(limit),
    '\n',
    'y'.repeat(limit + 1),
    '\nz\n',
    'w'.repeat(5 * limit),
    '\n',
  ]);
  const lines = batches.flat();
  expect(lines.map(({ number, problem }) => [number, problem])).toEqual([
    [1, undefined],
    [2, 'long'],
    [3, undefined],
    [4, 'long'],
  ]);
  expect(lines[0]!.text).toHaveLength(limit);
});

test('one line that is not UTF-8 spoils no other, wherever the stream is cut', async () => {
  const bytes = Buffer.concat([Buffer.from('a\nü🎉\n'), Buffer.of(0x62, 0xff, 10), Buffer.from('c\nd\n')]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines = (await batchesOf([bytes.subarray(0, cut), bytes.subarray(cut)])).flat();
    expect(lines.map(({ number, text, problem }) => [number, problem ?? text])).toEqual([
      [1, 'a'],
      [2, 'ü🎉'],
      [3, 'encoding'],
      [4, 'c'],
      [5, 'd'],
    ]);
  }
});

test('a consumer that stops early lets go of the stream', async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield Buffer.from('a\n');
    } finally {
      isClosed = true;
    }
  }
  for await (const batch of batchLines(endless(), 1)) {
    expect(batch).toHaveLength(1);
    break;
  }
  await new Promise(setImmediate);
  expect(isClosed).toBe(true);
});

test('a stream that fails fails its reader', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\n');
    throw new Error('broken');
  }
  await expect(async () => {
    const batches = batchLines(broken(), 10);
    while (!(await batches.next()).done);
  }).rejects.toThrow('broken');
});

test('any text comes through as it is', async () => {
  const codes = Array.from({ length: 0x3000 }, (_, index) => index).filter(code => code !== 10);
  const text = String.fromCharCode(...codes);
  for (const chunks of [[text], [`${text}\n`], [`a\n${text}\n`]]) {
    expect((await batchesOf(chunks)).flat().at(-1)!.text).toBe(text);
  }
});
