import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '../../../tools/lib/check/finding.js';

test('the page names every code with its severity and its meaning', () => {
  const page = readFileSync(new URL('../../../docs/ledger-check.md', import.meta.url), 'utf8');
  const rows = Object.entries(CODES).map(
    ([code, { severity, text }]) => `| \`${code}\` | ${severity} | ${text} |`,
  );
  expect(page.split('\n')).toEqual(expect.arrayContaining(rows));
});
