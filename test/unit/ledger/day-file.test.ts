import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { dayFileAt, listAgents, listDayFiles, parseDayFileName } from '../../../tools/lib/ledger/day-file.js';
import { temporaryDirectory } from '../../support/workspace.js';

test.each([
  ['2026-11-24.jsonl', { day: '2026-11-24', writer: undefined, segment: 1 }],
  ['2026-11-24.mbp-3f2a91c0.jsonl', { day: '2026-11-24', writer: 'mbp-3f2a91c0', segment: 1 }],
  ['2026-11-24.mbp-3f2a91c0.2.jsonl', { day: '2026-11-24', writer: 'mbp-3f2a91c0', segment: 2 }],
  ['2026-11-24.mbp-3f2a91c0.117.jsonl', { day: '2026-11-24', writer: 'mbp-3f2a91c0', segment: 117 }],
])('%s is a day file', (name, parts) => {
  expect(parseDayFileName(name)).toEqual(parts);
});

test.each([
  ...[
    '2026-11-24.jsonl.torn-1',
    '2026-11-24.json',
    '.2026-11-24.jsonl.tmp',
    '2026-11-24.mbp.1.jsonl',
    'x.jsonl',
  ],
  ...[
    '2026-11-24.mbp.0.jsonl',
    '2026-11-24.MBP.jsonl',
    '2026-11-24..jsonl',
    '2026-11-24.jsonl\n',
    'README.md',
  ],
])('%j is none', name => {
  expect(parseDayFileName(name)).toBeUndefined();
});

test('a path says whose day it is', () => {
  expect(dayFileAt('/x/g/ledger/cls/2026-11-24.jsonl')).toMatchObject({ agent: 'cls', day: '2026-11-24' });
  expect(dayFileAt('/x/g/ledger/CLS/2026-11-24.jsonl')).toBeUndefined();
  expect(dayFileAt('2026-11-24.jsonl')).toBeUndefined();
});

function rootWith(...names: string[]): string {
  const root = temporaryDirectory();
  for (const name of names) {
    mkdirSync(dirname(join(root, 'g/ledger', name)), { recursive: true });
    writeFileSync(join(root, 'g/ledger', name), '');
  }
  return root;
}

test('day files are listed by day, agent, writer and segment, and nothing else is', () => {
  const root = rootWith(
    ...['cls/2026-11-24.jsonl', 'cls/2026-11-24.b-1.10.jsonl', 'cls/2026-11-24.b-1.9.jsonl'],
    ...[
      'cls/2026-11-24.b-1.jsonl',
      'andy/2026-11-24.jsonl',
      'cls/2026-11-23.jsonl',
      'cls/2026-11-24.a-1.jsonl',
    ],
    ...['cls/2026-11-24.jsonl.torn-x', 'cls/notes.txt', 'README.md', 'BAD/2026-11-24.jsonl'],
  );
  const names = listDayFiles(root).map(({ path }) => path.slice(`${root}/g/ledger/`.length));
  expect(names).toEqual([
    ...['cls/2026-11-23.jsonl', 'andy/2026-11-24.jsonl', 'cls/2026-11-24.jsonl', 'cls/2026-11-24.a-1.jsonl'],
    ...['cls/2026-11-24.b-1.jsonl', 'cls/2026-11-24.b-1.9.jsonl', 'cls/2026-11-24.b-1.10.jsonl'],
  ]);
  expect(listAgents(root)).toEqual(['andy', 'cls']);
});

test('a range of days and one agent', () => {
  const root = rootWith(
    'cls/2026-11-22.jsonl',
    'cls/2026-11-23.jsonl',
    'cls/2026-11-24.jsonl',
    'andy/2026-11-23.jsonl',
  );
  const days = (range: Parameters<typeof listDayFiles>[1]): string[] =>
    listDayFiles(root, range).map(({ agent, day }) => `${agent} ${day}`);
  expect(days({ from: '2026-11-23', to: '2026-11-23' })).toEqual(['andy 2026-11-23', 'cls 2026-11-23']);
  expect(days({ agent: 'cls', from: '2026-11-24' })).toEqual(['cls 2026-11-24']);
  expect(days({ agent: 'nobody' })).toEqual([]);
});

test('a file in the place of an agent does not hide the others', () => {
  const root = rootWith('cls/2026-11-24.jsonl', 'notes');
  expect(listAgents(root)).toEqual(['cls']);
  expect(listDayFiles(root)).toHaveLength(1);
  expect(listDayFiles(temporaryDirectory())).toEqual([]);
});
