import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDINGS } from '../../../tools/lib/record/finding.js';

test('the page of ledger-validate has every code, with its severity and meaning', () => {
  const page = readFileSync('docs/ledger-validate.md', 'utf8');
  const rows = page.matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \| (.+) \|$/gm);
  const told = Object.fromEntries([...rows].map(([, code, severity, text]) => [code, { severity, text }]));
  expect(told).toEqual(FINDINGS);
});
