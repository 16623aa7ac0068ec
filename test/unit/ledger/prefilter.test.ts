import { expect, test } from 'vitest';
import { needlesFor, needleTest } from '../../../tools/lib/ledger/prefilter.js';
import { type Below, seededBelow } from '../../support/rounds.js';

/** Whether a line with `value`, written as some JSON writer may, is looked at when `wanted` is asked for. */
function passes(wanted: string, line: string): boolean {
  const bytes = Buffer.from(line);
  return needleTest(needlesFor([[wanted]]), bytes)(0, bytes.length);
}

/** A JSON string in one of the ways it may be written: each character itself or escaped, by chance. */
function writeString(text: string, below: Below): string {
  const written = [...text].map(character => {
    const unicode = [...Array(character.length).keys()]
      .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join('');
    if (below(5) === 0) return unicode;
    if (character === '/' && below(2) === 0) return '\\/';
    return character.isWellFormed() ? JSON.stringify(character).slice(1, -1) : unicode;
  });
  return `"${written.join('')}"`;
}

test('a line without the value is passed over', () => {
  expect(passes('T-1', '{"task_id":"T-2"}')).toBe(false);
  expect(passes('T-1', '{"task_id":"T-1"}')).toBe(true);
});

test.each([
  'feature/x',
  'say "hi"',
  'a\\b',
  'tab\there',
  '日本',
  '🙂 x',
  '/',
  '"',
  '',
  '\ufffd',
  'x\ufffdlonger',
])('%j is found however it is written', value => {
  const below = seededBelow(3);
  for (let round = 0; round < 50; round++) {
    const line = `{"task_id":${writeString(value, below)}}`;
    expect(JSON.parse(line).task_id).toBe(value);
    expect(passes(value, line), line).toBe(true);
  }
});

test('bytes that decode to the value are found', () => {
  const line = Buffer.concat([Buffer.from('{"task_id":"ab'), Buffer.of(0xff), Buffer.from('"}')]);
  expect(JSON.parse(line.toString()).task_id).toBe('ab\ufffd');
  expect(needleTest(needlesFor([['ab\ufffd']]), line)(0, line.length)).toBe(true);
});

test('of several lists the one with the longest values decides, and any of its values will do', () => {
  const needles = needlesFor([['T-1', 'T-2'], [], ['2026-11-24_cls_001']]);
  expect(needles?.map(String)).toEqual(['2026-11-24_cls_001', '\\u']);
  expect(needlesFor([['T-1', 'T-22']])?.map(String)).toEqual(['T-1', 'T-22', '\\u']);
  expect(needlesFor([[], ['/']])).toBeUndefined();
});

test('lines are told apart within one run of bytes', () => {
  const bytes = Buffer.from('aaa\nxbx\nccc\nxb\n');
  const isCandidate = needleTest(needlesFor([['xb']]), bytes);
  expect([isCandidate(0, 3), isCandidate(4, 7), isCandidate(8, 11), isCandidate(12, 14)]).toEqual([
    ...[false, true, false, true],
  ]);
});
