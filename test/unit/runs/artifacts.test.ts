import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { artifactAt, collectArtifacts } from '../../../tools/lib/runs/artifacts.js';
import { temporaryDirectory } from '../../support/workspace.js';

test('files are hashed; what is missing, no file, or outside is said', () => {
  const base = temporaryDirectory();
  const directory = join(base, 'tree');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  writeFileSync(join(directory, 'a.txt'), 'one');
  writeFileSync(join(base, 'secret'), 'x');
  writeFileSync(join(base, 'tree-beside'), 'x');
  symlinkSync('a.txt', join(directory, 'inside'));
  symlinkSync('../secret', join(directory, 'outside'));
  symlinkSync('../tree-beside', join(directory, 'beside'));
  const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed';
  expect(artifactAt(directory, 'a.txt')).toEqual({ path: 'a.txt', sha256, size: 3 });
  expect(artifactAt(directory, 'inside')).toEqual({ path: 'inside', sha256, size: 3 });
  expect(artifactAt(directory, 'none')).toBe('none is not there');
  expect(artifactAt(directory, 'sub')).toBe('sub is not a file');
  expect(artifactAt(directory, 'outside')).toMatch(/^outside leads out of /);
  expect(artifactAt(directory, 'beside')).toMatch(/^beside leads out of /);
  expect(collectArtifacts(directory, ['a.txt', 'none', 'a.txt', 'sub'])).toEqual({
    found: [{ path: 'a.txt', sha256, size: 3 }],
    problem: 'none is not there',
  });
});
