/** What is never rewritten. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rewriteLines } from '../../../tools/lib/disk/rewrite.js';
import { refusal } from '../../support/failure.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

function rewriteAt(path: string): void {
  const keeps = (line: Buffer): boolean => !line.toString().startsWith('bad');
  rewriteLines(path, { id: 'x', clock: testClock(), keeps, beforeReplace: () => undefined });
}

test('what is no file of lines is refused', () => {
  const path = join(temporaryDirectory(), 'log');
  writeFileSync(path, 'bad\n');
  const link = join(dirname(path), 'link');
  symlinkSync(path, link);
  refusal('unsafe', () => rewriteAt(link));
  mkdirSync(join(dirname(path), 'directory'));
  refusal('disk', () => rewriteAt(join(dirname(path), 'directory')));
  writeFileSync(`${path}.torn-x`, 'mine');
  expect(refusal('disk', () => rewriteAt(path))).toContain('exists already');
  expect([readFileSync(path, 'utf8'), readFileSync(`${path}.torn-x`, 'utf8')]).toEqual(['bad\n', 'mine']);
});
