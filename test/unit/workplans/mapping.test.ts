import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { type Mapping, readMapping, simpleMapping, YamlError } from '../../../tools/lib/workplans/mapping.js';
import { checkProperty } from '../../support/rounds.js';
import { readYaml } from '../../support/workplans.js';

test('values are the texts that stand there', () => {
  const text =
    'id: 0042\ncreated: 2026-03-21\nstatus: done   # at last\ntitle: "a: b"\nnone: ~\nempty:\nlist: [A-1, B.2]\n';
  const expected = {
    ...{ id: '0042', created: '2026-03-21', status: 'done', title: 'a: b' },
    ...{ none: null, empty: null, list: ['A-1', 'B.2'] },
  };
  expect(simpleMapping(text)).toEqual(expected);
  expect(readYaml(text)).toEqual(expected);
});

test('a tilde in quotes is a text, one without is null', () => {
  expect(readMapping('a: ~\nb: "~"\nc: null\nd: \'null\'', readYaml)).toEqual({
    a: null,
    b: '~',
    c: null,
    d: 'null',
  });
});

test('what is not simple is left to the parser', () => {
  const text = 'title: >\n  two\n  lines\nlist:\n  - a\n  - ~\nmap: {x: 1}\n';
  expect(simpleMapping(text)).toBeUndefined();
  expect(readMapping(text, readYaml)).toEqual({ title: 'two lines\n', list: ['a', null], map: { x: '1' } });
});

test.each([
  ['a: 1\na: 2', 1],
  ['a: [1', 0],
  ['- a', 0],
  ['a: b\n\tc: d', 1],
  ['', 0],
])('%j is refused, with its line', (text, line) => {
  expect(() => readMapping(text, readYaml)).toThrow(YamlError);
  try {
    readMapping(text, readYaml);
  } catch (error) {
    expect((error as YamlError).line).toBe(line);
  }
});

test('a bomb of aliases is refused', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`)}]`,
  );
  expect(() => readYaml(['a0: &a0 [x]', ...levels].join('\n'))).toThrow(YamlError);
});

/** Pieces that lines are made of, so that most come close to what has a meaning. */
const piece = fastCheck.constantFrom(
  ...[
    'a',
    'id',
    'status',
    ': ',
    ':',
    ' #',
    '#',
    '"',
    "'",
    '[',
    ']',
    ', ',
    '~',
    'null',
    '-',
    '- ',
    '\\',
    '\t',
    ' ',
    '\r',
  ],
  ...[
    'é',
    '\u00a0',
    '\u2028',
    '{',
    '}',
    '&x',
    '*x',
    '!t',
    '|',
    '>',
    '%',
    '@',
    '`',
    '?',
    '0x1',
    '2026-01-01',
    '.',
    '/',
    '\ufeff',
  ],
);
const line = fastCheck.tuple(
  fastCheck.constantFrom('a: ', 'b: ', 'c:', '', ' d: '),
  fastCheck.array(piece, { maxLength: 5 }),
);

test('what is read line by line is what the parser reads', () => {
  let read = 0;
  checkProperty(
    fastCheck.property(fastCheck.array(line, { maxLength: 4 }), lines => {
      const text = lines
        .map(([start, pieces]) => start + pieces.join(''))
        .join('\n')
        .concat('\n');
      const simple = simpleMapping(text);
      if (simple === undefined) return;
      read++;
      expect(simple).toEqual(parsed(text));
    }),
    3000,
  );
  expect(read).toBeGreaterThan(100);
});

function parsed(text: string): Mapping | string {
  try {
    return readYaml(text);
  } catch (error) {
    return String(error);
  }
}
