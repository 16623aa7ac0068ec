import { expect, test } from 'vitest';
import { formatRow, givenWidths, neededWidths } from '../../../tools/lib/cli/table.js';
import { widthOf } from '../../../tools/lib/cli/visible.js';

const columns = [
  { title: 'AGENT', most: 16 },
  { title: 'TASK', most: 20 },
  { title: 'SUMMARY', most: 100 },
];
const cells = (...texts: string[]) => texts.map(text => ({ text }));

test('columns are as wide as what they hold, up to their limit', () => {
  const rows = [cells('cls', 'T-1', 'short'), cells('hybrid', '日本', 'x'.repeat(300))];
  expect(neededWidths(columns, rows)).toEqual([6, 4, 100]);
  expect(givenWidths([6, 4, 100], 80)).toEqual([6, 4, 66]);
  expect(givenWidths([6, 4, 5], 80)).toEqual([6, 4, 5]);
});

test('when there is little room the widest columns give, and at last columns go', () => {
  expect(givenWidths([16, 20, 100], 60)).toEqual([16, 16, 24]);
  expect(givenWidths([16, 20, 100], 20)).toEqual([6, 6, 4]);
  expect(givenWidths([16, 20, 100], 10)).toEqual([6, 2, 0]);
});

test('no row is wider than the terminal, whatever it holds and however narrow that is', () => {
  const row = cells('日本語日本語', '🙂🙂🙂 wide', 'กำ and a\nlong summary'.repeat(9));
  const needed = neededWidths(columns, [row]);
  for (let width = 1; width < 90; width++) {
    expect(widthOf(formatRow(row, givenWidths(needed, width))), `${width}`).toBeLessThanOrEqual(width);
  }
});

test('cells stand below each other and a row has no blanks at its end', () => {
  const widths = [6, 4, 10];
  expect(formatRow(cells('cls', '', 'x'), widths)).toBe('cls           x');
  expect(formatRow(cells('日本', 'T-1', ''), widths)).toBe('日本    T-1');
  const bold = (text: string): string => `<${text}>`;
  expect(formatRow([{ text: 'cls', paint: bold }, ...cells('T-1', '')], widths)).toBe('<cls>     T-1');
});
