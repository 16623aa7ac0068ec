/** What a person installs: no dependency at run time, exact versions, no registry named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT } from './source.js';

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(CHECKOUT, name), 'utf8'));

test('everything is bundled, so nothing is installed beside it', () => {
  const { dependencies, optionalDependencies, peerDependencies } = read('package.json');
  expect({ dependencies, optionalDependencies, peerDependencies }).toEqual({});
});

test('development dependencies are pinned exactly', () => {
  const versions = Object.entries(read('package.json').devDependencies as Record<string, string>);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('the lockfile names no registry', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, { resolved?: string }> };
  const named = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  expect(named.map(([name]) => `package-lock.json: ${name} has "resolved"; .npmrc leaves it out`)).toEqual(
    [],
  );
});
