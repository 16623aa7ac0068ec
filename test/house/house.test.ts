/** The rules of the house, on the house. Each finding says where it is and what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { floorFindings } from './floors.js';
import { gitFindings, processFindings, writerFindings } from './reach.js';
import { barrelFindings, nameFindings, sizeFindings } from './shape.js';
import { CHECKOUT, readImporters } from './source.js';
import { usageFindings } from './usage.js';

const importers = readImporters();
const sources = importers.filter(({ path }) => !path.includes('/generated/'));
/** Files that are started and not imported are named by a script, a configuration, the build or a test. */
const started = [
  ...['package.json', 'vitest.config.ts', 'tools/dev/build.ts'].map(name => read(name)),
  ...readdirSync(join(CHECKOUT, 'test/bin')).map(name => read(join('test/bin', name))),
  ...sources.filter(({ path }) => path.endsWith('.test.ts')).map(({ text }) => text),
];

function read(name: string): string {
  return readFileSync(join(CHECKOUT, name), 'utf8');
}

test.each([
  ['rooms import from lower floors', () => floorFindings(sources)],
  ['files and functions are short', () => sizeFindings(sources)],
  ['names say what is inside', () => nameFindings(sources.map(({ path }) => path))],
  ['there are no barrels', () => barrelFindings(sources)],
  ['everything is used', () => usageFindings(sources, { importers, started: started.join('\n') })],
  ['only disk/ writes files', () => writerFindings(sources)],
  ['only git/ runs git', () => gitFindings(sources)],
  ['only cli/ touches the process', () => processFindings(sources)],
])('%s', (_rule, findings) => {
  expect(findings().join('\n')).toBe('');
});
