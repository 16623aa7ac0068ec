/** The looks before a search let most texts pass. They must never let one pass in which it would find something. */
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { redactData } from '../../../tools/lib/redact/redact-data.js';
import { redactName, redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN, type Rules } from '../../../tools/lib/redact/rules.js';
import { CONTEXTS } from '../../support/redact/contexts.js';
import { glue, names, texts, tokens, values } from '../../support/redact/pieces.js';
import { plainLines } from '../../support/redact/plain.js';
import { FORMATS, tokenOf } from '../../support/redact/vendor-tokens.js';
import { checkProperty, rounds, seededRandom } from '../../support/rounds.js';

/** With a pattern of one's own nothing is passed over. */
const SEARCHED: Rules = { allow: [], extra: [{ name: 'never', pattern: /\u0000never\u0000/g }] };

const name = fastCheck.constantFrom(...names);
const value = fastCheck.constantFrom(...values);
/** An eighth of them, or all of them when there is time. */
const someOf = <T>(all: T[], random: () => number): T[] => all.filter(() => random() < rounds(0.125, 1));

const PATH_PIECES = [
  ...[
    'src',
    'retry.ts',
    'README',
    'v1',
    '/',
    '/',
    '/',
    '+',
    '.',
    '_',
    '-',
    '--',
    ' -',
    'https://',
    ' ',
    '… (truncated)',
  ],
  ...['sk-', 'key-', 'mysql ', 'curl ', '-psecret', '-u a:b', 'a'.repeat(13), '1'.repeat(12)],
];
const COMMAND_LINE = ['mysql', '-pa1b2', 'sshpass', '-p', 'hunter2', '--token', 'x'];
/** Few characters, so that nothing but what the rule wants gives it away. */
const short = fastCheck.oneof(
  fastCheck.tuple(name, fastCheck.constantFrom(...glue), value).map(parts => parts.join('')),
  fastCheck.tuple(name, value).map(([tag, text]) => `<${tag}>${text}</${tag}>`),
  fastCheck.constantFrom(...tokens),
  fastCheck
    .tuple(
      fastCheck.constantFrom(...tokens),
      fastCheck.nat(30),
      fastCheck.constantFrom('\u200b', '\u001b[31m', '\\e[0m'),
    )
    .map(([token, at, unseen]) => token.slice(0, at) + unseen + token.slice(at)),
  value,
  texts,
  fastCheck
    .array(fastCheck.constantFrom(...PATH_PIECES, ...tokens), { maxLength: 6 })
    .map(parts => parts.join('')),
);

test('of a text', () => {
  checkProperty(
    fastCheck.property(short, text => {
      expect(redactText(text, BUILT_IN)).toEqual(redactText(text, SEARCHED));
      expect(redactName(text, BUILT_IN)).toEqual(redactName(text, SEARCHED));
    }),
    800,
  );
});

test('of values under names, in lists, and of names', () => {
  const item = fastCheck.oneof(
    short,
    fastCheck.integer(),
    fastCheck.array(short, { maxLength: 3 }),
    fastCheck.array(fastCheck.oneof(name, value), { maxLength: 4 }),
    fastCheck.array(fastCheck.constantFrom(...COMMAND_LINE), { maxLength: 4 }),
  );
  const key = fastCheck.oneof(name, short, fastCheck.constantFrom('argv', 'note', 'files'));
  const entries = fastCheck.array(fastCheck.tuple(key, item), { maxLength: 3 });
  checkProperty(
    fastCheck.property(entries, list => {
      const data = { ...Object.fromEntries(list), nested: Object.fromEntries(list) };
      expect(redactData(data, BUILT_IN)).toEqual(redactData(data, SEARCHED));
    }),
    600,
  );
});

test('of the tokens of every vendor, wherever they stand', () => {
  const random = seededRandom(13);
  for (const format of Object.values(FORMATS).flat()) {
    for (const context of someOf(Object.values(CONTEXTS), random)) {
      const text = context(tokenOf(format, random));
      expect(redactText(text, BUILT_IN)).toEqual(redactText(text, SEARCHED));
      expect(redactName(text, BUILT_IN)).toEqual(redactName(text, SEARCHED));
    }
  }
});

test('of the plain lines of the corpus', () => {
  for (const { line } of someOf(plainLines(seededRandom(12)), seededRandom(14))) {
    expect(redactText(line, BUILT_IN)).toEqual(redactText(line, SEARCHED));
    expect(redactData({ [line]: line }, BUILT_IN)).toEqual(redactData({ [line]: line }, SEARCHED));
  }
});
