import { expect, test } from 'vitest';
import { clip, visibleJson, widthOf } from '../../../tools/lib/cli/visible.js';
import { visible } from '../../../tools/lib/record/ids.js';

/** Everything a terminal might obey: C0, DEL, C1, separators of lines, marks of direction. */
const hostile = [
  ...Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(c => c < ' ' || c > '~'),
  ...['\u061c', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069', '\ufeff'],
];

test('nothing that a terminal obeys is left in visible text', () => {
  for (const character of hostile) expect(visible(`a${character}b`)).toMatch(/^a\\(?:[nrt]|u[0-9a-f]{4})b$/);
  expect(visible('\u001b]0;title\u0007\nplain ü 日本 🙂‍↔️')).toBe('\\u001b]0;title\\u0007\\nplain ü 日本 🙂‍↔️');
});

test('JSON made visible has the same value', () => {
  const value = { text: hostile.join('-'), 'k\u009b': 1 };
  const line = `{ \t"text"${JSON.stringify(value).slice('{"text"'.length)}\r`;
  expect(JSON.parse(visibleJson(line))).toEqual(value);
  for (const character of hostile) expect(visibleJson(line)).not.toContain(character);
});

test('text is cut at the width of the terminal, wide characters counted twice', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdef', 5)).toBe('abcd…');
  expect(clip('日本語', 6)).toBe('日本語');
  expect(clip('日本語', 5)).toBe('日本…');
  expect(clip('日本語', 4)).toBe('日…');
  expect(clip('a\u0301b\u0301c\u0301', 2)).toBe('a\u0301…');
  expect(clip('👩‍👩‍👧x', 2)).toBe('…');
  expect(clip('\u001b[31m', 8)).toBe('\\u001b[…');
  expect(clip('abc', 0)).toBe('');
  expect(clip('日本', 1)).toBe('…');
});

test('a cut text never is wider than asked for', () => {
  const text = 'a日\u0301🙂\u200d👩 กำ한\u1100x';
  for (let columns = 0; columns < 20; columns++) {
    expect(widthOf(clip(text.repeat(3), columns))).toBeLessThanOrEqual(columns);
  }
  expect(clip('x'.repeat(100_000), 10)).toBe(`${'x'.repeat(9)}…`);
});
