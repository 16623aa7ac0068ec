/** Pages whose facts are kept elsewhere say what is true there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCHEMA_PAGE, tablesIn, withTables } from '../../tools/dev/schema-page.js';
import { EXIT } from '../../tools/lib/cli/exit-codes.js';

test('the schema page has the tables of the schemas; "npm run docs" writes them', () => {
  const page = readFileSync(SCHEMA_PAGE, 'utf8');
  expect(page).toBe(withTables(page));
  expect(tablesIn(page)).toEqual(['event', 'status', 'overview', 'sync-state', 'workplan', 'config']);
});

test('the page of exit statuses has every status, under its name', () => {
  const rows = readFileSync('docs/exit-codes.md', 'utf8').matchAll(/^\| (\d+) \| ([a-z]+) \|/gm);
  const told = Object.fromEntries([...rows].map(([, status, name]) => [name, Number(status)]));
  expect(told).toEqual(EXIT);
});
