import { expect, test } from 'vitest';
import { addIgnoreLines, ignoreLines } from '../../../tools/lib/setup/exclude.js';

const COMMENT = '# agent-ledger: what it writes stays out of reach of git clean (ledger-init)';

test('lines are added once, after a comment', () => {
  const first = addIgnoreLines('', ['/a', '/b']);
  expect(first).toEqual({ text: `${COMMENT}\n/a\n/b\n`, added: ['/a', '/b'] });
  expect(addIgnoreLines(first.text, ['/a', '/b'])).toEqual({ text: first.text, added: [] });
});

test("somebody's own lines stay, and a missing final newline is made up for", () => {
  expect(addIgnoreLines('*.log\r\n!keep\n  odd', ['/a']).text).toBe(
    `*.log\r\n!keep\n  odd\n${COMMENT}\n/a\n`,
  );
});

test('only what is missing is added', () => {
  expect(addIgnoreLines(`${COMMENT}\n/a\nmine\n`, ['/a', '/b']).text).toBe(`${COMMENT}\n/a\nmine\n/b\n`);
});

test('a root below the top of its repository has its own lines, with glob characters escaped', () => {
  expect(ignoreLines('')[0]).toBe('/g/ledger/');
  expect(ignoreLines('team [1]/*x')[0]).toBe('/team\\ \\[1\\]/\\*x/g/ledger/');
});
