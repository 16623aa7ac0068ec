import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { linearProblem } from '../../../tools/lib/redact/linear.js';
import { redactData } from '../../../tools/lib/redact/redact-data.js';
import { redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN, compileRules } from '../../../tools/lib/redact/rules.js';
import { refusal } from '../../support/failure.js';
import { expectLinear } from '../../support/redact/linear.js';
import { checkProperty } from '../../support/rounds.js';

const own = (pattern: string) => compileRules({ allow: [], extra: [{ name: 'acme', pattern }] });

test('without a configuration the built-in rules are used as they are', () => {
  expect(compileRules({ allow: [], extra: [] })).toBe(BUILT_IN);
});

test('what a pattern of one’s own matches is hidden under its name', () => {
  const rules = own('acme_[A-Za-z0-9]{8,}');
  expect(redactText('use acme_abcdefgh1 twice: acme_ABCDEFGH2', rules)).toEqual({
    text: 'use [redacted:acme] twice: [redacted:acme]',
    rules: ['acme'],
  });
  expect(redactData({ list: ['acme_abcdefgh1'] }, rules).data).toEqual({ list: ['[redacted:acme]'] });
});

test('a pattern that matches its own marker hides once', () => {
  expect(redactText('redacted: acme', own('hidden acme')).text).toBe('redacted: acme');
  const once = redactText('a redacted b', own('redacted')).text;
  expect(once).toBe('a [redacted:acme] b');
  expect(redactText(once, own('redacted')).text).toBe(once);
});

test('a match never splits a character', () => {
  expect(redactText('key-🎉🎉', own('key-.{3}')).text).toBe('[redacted:acme]');
});

test('an allowed value is shown, wherever it stands and whatever found it', () => {
  const rules = compileRules({ allow: ['hunter2', 'test-[a-z]{1,20}', 'ghp_0{36}'], extra: [] });
  expect(redactText('password=hunter2 token=test-abc', rules).rules).toEqual([]);
  expect(redactText(`gh${'p_'}${'0'.repeat(36)}`, rules).rules).toEqual([]);
  expect(redactData({ password: 'hunter2' }, rules).rules).toEqual([]);
  expect(redactText('password=hunter22', rules).rules).toEqual(['password']);
});

test.each([
  'acme_[A-Za-z0-9]{8,}',
  'acme-(?:live|test)-[0-9a-f]{32}',
  '\\bAC[0-9]{8}\\b',
  '[A-Z]{3}-\\d{6}',
  'a\\.b\\/c\\-[^ ]+',
  'x{1,64}y{1,64}z{2,}',
  '(?<env>prod|dev)_\\w{16}',
  'ключ-[а-я]{8}',
  'key=\\u0041[\\x30-\\x39]{4,}',
])('%s is accepted', pattern => {
  expect(linearProblem(pattern, 4)).toBeUndefined();
});

test.each([
  ['(a+)+$', 'in a group every character counts exactly'],
  ['(a|a)*b', 'two alternatives|cannot be repeated'],
  ['(a|aa)+', 'cannot be repeated'],
  ['(?:a|ab)cdef', 'two alternatives'],
  ['a*a*a*a*b', 'followed by what it can match itself'],
  ['\\w+\\d{4}', 'followed by what it can match itself'],
  ['.*secret', 'followed by what it can match itself'],
  ['[a-z]+_key', 'only the last item may repeat without limit'],
  ['[a-z]+$', 'only the last item may repeat without limit'],
  ['[a-z]{1,500}!abc', 'more than 256 characters'],
  ['(?=abc)abcd', 'looking ahead or back'],
  ['(?<!x)abcd', 'looking ahead or back'],
  ['(ab)\\1cd', '\\\\1 is not possible'],
  ['\\p{L}{4}', '\\\\p is not possible'],
  ['a{4,}?', 'lazy'],
  ['abcd|efgh', 'into a group'],
  ['(a(b)c)def', 'nested'],
  ['[a-z', 'Unterminated character class'],
  ['(abcd', 'Unterminated group'],
  ['*abcd', 'Nothing to repeat'],
  ['abc', 'at least 4 characters'],
  ['a?b?c?d?e?', 'at least 4 characters'],
  ['', 'at least 4 characters'],
])('%s is refused', (pattern, reason) => {
  expect(refusal('data', () => own(pattern))).toMatch(new RegExp(reason));
});

test('a refusal names the key, the reason and the page', () => {
  expect(refusal('data', () => own('(x+)*'))).toMatch(
    /^ledger\.config\.json: the pattern of redact\.extra "acme" is refused: .+ \(see REDACTION\.md\)$/,
  );
  expect(refusal('data', () => compileRules({ allow: ['ok', 'a*a*'], extra: [] }))).toMatch(
    /redact\.allow\[1\]/,
  );
});

const atom = fastCheck.constantFrom(
  'a',
  'b',
  '\\d',
  '\\w',
  '[a-f]',
  '[^a]',
  '.',
  '(?:a|b)',
  '(ab|cd)',
  '-',
  '_',
  '\\b',
);
const quantifier = fastCheck.constantFrom('', '', '', '?', '*', '+', '{3}', '{1,9}', '{4,}');
const pattern = fastCheck
  .array(fastCheck.tuple(atom, quantifier), { minLength: 1, maxLength: 8 })
  .map(parts => parts.map(part => part.join('')).join(''));

/** What an accepted pattern could be slow on, if anything: runs of what it may match. */
const RUNS = ['a', 'b', 'ab', '1', 'a1', '-', '_', 'a-', 'abcd'];

test('an accepted pattern takes time linear in any run', { timeout: 60_000 }, () => {
  checkProperty(
    fastCheck.property(pattern, fastCheck.constantFrom(...RUNS), (source, unit) => {
      if (linearProblem(source) !== undefined) return;
      expectLinear(text => Array.from(text.matchAll(new RegExp(source, 'g'))).length, unit);
    }),
    150,
  );
});
