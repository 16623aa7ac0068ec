/** The rules themselves: each finds what it is there to find, and says where. */
import { expect, test } from 'vitest';
import type { Command } from '../../tools/lib/cli/command.js';
import { floorFindings } from './floors.js';
import { changeFindings, completionFindings, pageFindings } from './pages.js';
import { gitFindings, processFindings, writerFindings } from './reach.js';
import { barrelFindings, nameFindings, sizeFindings } from './shape.js';
import { parseSource } from './source.js';
import { usageFindings } from './usage.js';

const LEDGER = 'tools/lib/ledger/append.ts';
const inLedger = (text: string) => [parseSource(LEDGER, text)];

test('an import from a neighbour, from above or from a test is found; one from below is not', () => {
  const text = [
    `import { a } from '../disk/append.js';`,
    `import type { B } from '../status/fold.js';`,
    `const c = await import('../journal/record.js');`,
    `import { d } from '../../../test/support/workspace.js';`,
    `import { e } from '../clock.js';`,
  ];
  const found = floorFindings(inLedger(text.join('\n'))).map(finding => finding.split(':')[1]);
  expect(found.sort()).toEqual(['2', '3', '4']);
  const loose = parseSource('tools/lib/clock.ts', `import { a } from './disk/read.js';`);
  expect(floorFindings([loose])).toHaveLength(1);
  expect(floorFindings([parseSource('tools/lib/attic/a.ts', '')])[0]).toMatch(/attic\/ is on no floor/);
});

test('long files, long functions and many parameters are found', () => {
  const body = 'a();\n'.repeat(41);
  const text = `function long() {\n${body}}\nconst f = (a, b, c, d, e) => a;\n${'\n// x'.repeat(170)}`;
  expect(sizeFindings(inLedger(text))).toEqual([
    expect.stringMatching(/append\.ts:21\d: 21\d lines, at most 200/),
    expect.stringMatching(/append\.ts:1: a function of 43 lines/),
    expect.stringMatching(/append\.ts:44: 5 parameters/),
  ]);
  expect(sizeFindings([parseSource('test/unit/a.test.ts', `describe('x', () => {\n${body}});`)])).toEqual([]);
});

test('barrels and vague names are found', () => {
  expect(barrelFindings(inLedger(`export * from './day.js';`))).toHaveLength(1);
  expect(barrelFindings(inLedger(`export { a } from './a.js';\nexport { b } from './b.js';`))).toHaveLength(
    1,
  );
  expect(barrelFindings(inLedger(`export type { A } from './a.js';\nexport const b = 1;`))).toEqual([]);
  expect(nameFindings(['tools/lib/utils/a.ts', 'tools/lib/disk/lock-helper.ts', LEDGER])).toHaveLength(2);
});

test('files and exports that nobody uses are found', () => {
  const used = parseSource(
    'tools/lib/clock.ts',
    'export const a = 1;\nexport const b = 2;\nexport type C = 1;',
  );
  const user = parseSource('tools/ledger-write.ts', `import { a } from './lib/clock.js';`);
  const idle = parseSource('tools/lib/idle.ts', '');
  expect(usageFindings([used, user, idle], { importers: [used, user], started: '' })).toEqual([
    expect.stringMatching(/^tools\/lib\/clock\.ts:2: nobody imports b/),
    expect.stringMatching(/^tools\/lib\/clock\.ts:3: nobody imports C/),
    expect.stringMatching(/^tools\/lib\/idle\.ts:1: nobody imports this file/),
  ]);
});

test('writing, git and the process are found outside the rooms they belong to', () => {
  const text = `import { readFileSync, writeFileSync } from 'node:fs';
spawn('git', ['push']);
console.log(process.argv);`;
  expect(writerFindings(inLedger(text))).toEqual([
    expect.stringMatching(/append\.ts:1: imports writeFileSync/),
  ]);
  expect(gitFindings(inLedger(text))).toEqual([expect.stringMatching(/append\.ts:2: runs git/)]);
  expect(processFindings(inLedger(text))).toEqual([
    expect.stringMatching(/append\.ts:3: uses console/),
    expect.stringMatching(/append\.ts:3: touches process\.argv/),
  ]);
  expect(writerFindings([parseSource('tools/lib/disk/a.ts', text)])).toEqual([]);
  expect(writerFindings(inLedger(`import * as fs from 'node:fs';`))).toHaveLength(1);
});

test('a page that does not fit its command is found', () => {
  const option = { name: 'fast', text: 'go fast.' };
  const command = { name: 'x', synopsis: ['<a>'], operands: [], options: [option] } as unknown as Command;
  expect(pageFindings(command, undefined)).toHaveLength(1);
  expect(pageFindings(command, '# y\n\n## SYNOPSIS\n')).toHaveLength(3);
  expect(completionFindings(command, 'x.ts')).toHaveLength(2);
  expect(changeFindings(command, '- ledger-write appends')).toHaveLength(1);
});
