/** The page of ledger-validate has every code, with its severity and its meaning. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDINGS } from '../../tools/lib/record/finding.js';

test('the table of codes in docs/ledger-validate.md is that of the code', () => {
  const page = readFileSync(new URL('../../docs/ledger-validate.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter(line => /^\| `/.test(line));
  const expected = Object.entries(FINDINGS).map(
    ([code, { severity, text }]) => `| \`${code}\` | ${severity} | ${text} |`,
  );
  expect(rows).toEqual(expected);
});
