import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Io } from '../../../tools/lib/cli/command.js';
import { readInput } from '../../../tools/lib/cli/input.js';
import { rejection } from '../../support/failure.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** The part of the world that `readInput` knows. */
function world(chunks: (string | Buffer)[], cwd = '/'): Io {
  async function* input(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  }
  return { cwd, input } as unknown as Io;
}

test('a file is read from the working directory, standard input for a dash', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'data.json'), '{"a":"🎉"}');
  expect(await readInput('data.json', world([], cwd))).toBe('{"a":"🎉"}');
  expect(await readInput(join(cwd, 'data.json'), world([]))).toBe('{"a":"🎉"}');
  const emoji = Buffer.from('🎉');
  expect(await readInput('-', world([emoji.subarray(0, 2), emoji.subarray(2)]))).toBe('🎉');
  expect(await readInput('-', world([]))).toBe('');
});

test('what is not there or no text is refused', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'binary'), Buffer.from([0x7b, 0xff, 0x7d]));
  expect(await rejection('missing', readInput('nothing', world([], cwd)))).toMatch(/no file nothing/);
  expect(await rejection('data', readInput('binary', world([], cwd)))).toBe('binary is not UTF-8');
  expect(await rejection('data', readInput('-', world([Buffer.from([0xff])])))).toBe(
    'standard input is not UTF-8',
  );
  await rejection('disk', readInput('.', world([], cwd)));
});

test('more than 16 MiB is refused without reading on', async () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) yield megabyte;
  }
  const io = { cwd: '/', input: endless } as unknown as Io;
  expect(await rejection('data', readInput('-', io))).toMatch(/longer than 16 MiB/);
  const path = join(temporaryDirectory(), 'large');
  writeFileSync(path, Buffer.alloc(16 * 1024 * 1024 + 1, 'x'));
  expect(await rejection('data', readInput(path, world([])))).toMatch(/longer than 16 MiB/);
  expect(await rejection('data', readInput('/dev/zero', world([])))).toMatch(/longer than 16 MiB/);
});
