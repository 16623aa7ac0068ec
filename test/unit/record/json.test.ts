import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, findLoss, parseJsonObject } from '../../../tools/lib/record/json.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';

const refused = (text: string): string => refusal('data', () => parseJsonObject(text, 'data'));
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

test('an object comes back as it was given', () => {
  const value = { b: [1, -0.5, null, true], a: { 'ключ 🎉': '\u0000\u001f"\\\u2028\ufeff' } };
  expect(parseJsonObject(JSON.stringify(value), 'data')).toEqual(value);
  expect(parseJsonObject(' {"a" : 1 } \n', 'data')).toEqual({ a: 1 });
});

test.each([
  '',
  'x',
  '{',
  "{'a':1}",
  '{"a":1,}',
  '{"a":NaN}',
  '{"a":Infinity}',
  '{"a":01}',
  '{}{}',
  '{}}',
  '{"a":"\n"}',
])('%j is not JSON', text => {
  expect(refused(text)).toMatch(/^data is not JSON: /);
});

test.each(['[]', '1', '"x"', 'null', 'true', '[{"a":1}]'])('%s is no object', text => {
  expect(refused(text)).toBe('data must be a JSON object, like {"key": "value"}');
});

test('numbers that would come back as others are refused', () => {
  expect(refused('{"a":1e999}')).toMatch(/not finite/);
  expect(refused('{"a":[{"b":-1e400}]}')).toMatch(/not finite/);
  expect(refused('{"a":9007199254740993}')).toMatch(/9007199254740993, which JSON readers round/);
  expect(refused('{"a":[1,-9007199254740993]}')).toMatch(/-9007199254740993/);
  expect(refused(`{"a":${'9'.repeat(400)}}`)).toMatch(/not finite|round/);
});

test('large numbers that are exact are kept, and digits inside text are text', () => {
  for (const text of [
    '{"a":9007199254740992}',
    '{"a":18014398509481984}',
    '{"a":"9007199254740993"}',
    '{"a":"\\"9007199254740993"}',
    '{"9007199254740993":"\\\\"}',
    '{"a":0.12345678901234567}',
    '{"a":1e300}',
  ]) {
    expect(parseJsonObject(text, 'data')).toEqual(JSON.parse(text));
  }
});

test('a long text beside many digits is no trouble', () => {
  const long = JSON.stringify({ a: 'x\\"'.repeat(2_000_000), b: '1234567890123456' });
  expect(parseJsonObject(long, 'data')).toEqual(JSON.parse(long));
});

test.each(['{"__proto__":1}', '{"a":{"__proto__":{}}}', '{"a":[{"\\u005f_proto__":1}]}'])(
  '%s is refused',
  text => {
    expect(refused(text)).toMatch(/has a key "__proto__"/);
  },
);

test('keys that only look dangerous are kept', () => {
  const text = '{"constructor":1,"toString":2,"hasOwnProperty":3,"prototype":4}';
  expect(JSON.stringify(parseJsonObject(text, 'data'))).toBe(text);
});

test('lone surrogates are refused in values and keys', () => {
  expect(refused('{"a":"\\ud800"}')).toMatch(/not valid Unicode/);
  expect(refused('{"a":["x\\udc00y"]}')).toMatch(/not valid Unicode/);
  expect(refused('{"\\ud800":1}')).toMatch(/key that is not valid Unicode/);
  expect(parseJsonObject('{"a":"\\ud83c\\udf89"}', 'data')).toEqual({ a: '🎉' });
});

test('depth is limited to 100', () => {
  expect(parseJsonObject(nested(100), 'data')).toBeDefined();
  expect(refused(nested(101))).toMatch(/deeper than 100/);
  expect(refused(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).toMatch(/deeper than 100/);
});

test('a message is one line and short, whatever the text was', () => {
  const message = refused(`{"a": ${'\n\u001b[31m'.repeat(1000)}`);
  expect(message.length).toBeLessThan(120);
  expect(message).not.toContain('\u001b');
});

test('every JSON object that findLoss passes is written back the same', () => {
  const values = fastCheck.dictionary(fastCheck.string({ unit: 'binary' }), fastCheck.jsonValue());
  checkProperty(
    fastCheck.property(values, value => {
      const text = JSON.stringify(value);
      if (findLoss(JSON.parse(text), 0) !== undefined) return;
      expect(JSON.stringify(parseJsonObject(text, 'data'))).toBe(text);
    }),
  );
});

test('canonical JSON does not depend on the order of keys', () => {
  expect(canonicalJson({ b: 1, a: { d: [2, 1], c: '\u20ac' } })).toBe('{"a":{"c":"€","d":[2,1]},"b":1}');
  checkProperty(
    fastCheck.property(fastCheck.dictionary(fastCheck.string(), fastCheck.jsonValue()), value => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});
