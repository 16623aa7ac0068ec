/** Our SHA-256 against Node's. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../tools/lib/sha256.js';
import { smallSha256 } from '../../tools/lib/small-sha256.js';
import { temporaryDirectory } from '../support/workspace.js';

const native = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('every length around the ends of blocks, every byte', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 255);
    expect(smallSha256(bytes), `${length} bytes`).toBe(native(bytes));
  }
});

test('random bytes of up to 64 KiB', () => {
  for (let round = 0; round < 200; round++) {
    const bytes = randomBytes((round * 331) % 65_536);
    expect(smallSha256(bytes), bytes.toString('hex')).toBe(native(bytes));
  }
});

test('the examples of the standard, and text as UTF-8', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('naïve 🎉')).toBe(native(Buffer.from('naïve 🎉')));
});

test('the same before and after the native one has been loaded', () => {
  const line = Buffer.alloc(500, 'x');
  const before = sha256Hex(line);
  sha256Hex(Buffer.alloc(100_000));
  expect(sha256Hex(line)).toBe(before);
});

test.each([
  ['without WebAssembly', [process.execPath, '--jitless']],
  ['with few addresses', ['sh', '-c', 'ulimit -v 6000000; exec "$@"', 'sh', process.execPath]],
])('%s, lines are hashed all the same', (_case, node) => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  const program = fileURLToPath(new URL('../../dist/bin/ledger-write.cjs', import.meta.url));
  const [file, ...args] = [...node, program, 'cls', 'info', 'T-1', 'test', 'hello', '{}', '--json'];
  const env = { PATH: process.env.PATH, HOME: root };
  const write = (): { prev: string } & Record<string, unknown> =>
    JSON.parse(
      execFileSync(file!, args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  const first = write();
  expect(write().prev).toBe(native(Buffer.from(JSON.stringify(first))));
});
