/** What holds for any text, and any value. */
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { captureText } from '../../../tools/lib/redact/capture.js';
import { redactData } from '../../../tools/lib/redact/redact-data.js';
import { redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';
import { names, texts, tokens } from '../../support/redact/pieces.js';
import { checkProperty } from '../../support/rounds.js';

test('redacting again changes nothing', () => {
  checkProperty(
    fastCheck.property(texts, text => {
      const once = redactText(text, BUILT_IN).text;
      expect(redactText(once, BUILT_IN)).toEqual({ text: once, rules: [] });
    }),
    2000,
  );
});

test('capturing again changes nothing, and keeps at most 1,000 code points', () => {
  checkProperty(
    fastCheck.property(fastCheck.array(texts, { maxLength: 40 }), parts => {
      const once = captureText(parts.join(' '), BUILT_IN).text;
      expect(Array.from(once).length).toBeLessThanOrEqual(1000);
      expect(captureText(once, BUILT_IN)).toMatchObject({ text: once, isTruncated: false });
    }),
    600,
  );
});

test('no character is split', () => {
  checkProperty(
    fastCheck.property(texts, text => {
      if (!text.isWellFormed()) return;
      expect(redactText(text, BUILT_IN).text.isWellFormed()).toBe(true);
      expect(captureText(text, BUILT_IN).text.isWellFormed()).toBe(true);
    }),
    1000,
  );
});

const data = fastCheck.dictionary(
  fastCheck.oneof(fastCheck.constantFrom(...names, ...tokens), texts),
  fastCheck.oneof(
    texts,
    fastCheck.array(texts, { maxLength: 4 }),
    fastCheck.integer(),
    fastCheck.dictionary(fastCheck.constantFrom(...names), texts),
    fastCheck.constant(null),
  ),
  { maxKeys: 6 },
);

test('data keeps its shape, and redacting again changes nothing', () => {
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shapeOf);
    if (typeof value !== 'object' || value === null) return value === null;
    return Object.values(value).map(shapeOf);
  };
  checkProperty(
    fastCheck.property(data, value => {
      const once = redactData(value, BUILT_IN).data;
      expect(shapeOf(once)).toEqual(shapeOf(value));
      expect(redactData(once, BUILT_IN)).toEqual({ data: once, rules: [] });
    }),
    1000,
  );
});

test('JSON in a text stays JSON', () => {
  const clean = texts.filter(text => text.isWellFormed());
  const json = fastCheck.dictionary(
    fastCheck.oneof(fastCheck.constantFrom(...names), clean),
    fastCheck.oneof(clean, fastCheck.integer()),
    { maxKeys: 5 },
  );
  checkProperty(
    fastCheck.property(json, fastCheck.integer({ min: 0, max: 2 }), (value, depth) => {
      let text = JSON.stringify(value);
      for (let level = 0; level < depth; level++) text = JSON.stringify({ body: text });
      let parsed: unknown = redactText(text, BUILT_IN).text;
      for (let level = 0; level <= depth; level++) {
        parsed = JSON.parse(parsed as string);
        if (level < depth) parsed = (parsed as { body: string }).body;
      }
      expect(Object.keys(parsed as object).length).toBeLessThanOrEqual(Object.keys(value).length);
    }),
    1500,
  );
});

test.each([
  { '': '-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA', '-----END PRIVATE KEY-----': '' },
  { '': '-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nCookie: a=', ' ': 12345678 },
  { body: JSON.stringify({ '': 'mysql -psecrettoken="$x \\' }) },
  { 'пароль:\\': 0 },
  { k: '\npm_w4V6Gm87RM35l1lFprclC8rNQmBG02Rki3YY' },
])('JSON in a text stays JSON: %j', value => {
  const { text } = redactText(JSON.stringify(value), BUILT_IN);
  const { body = '{}' } = JSON.parse(text) as { body?: string };
  expect(JSON.parse(body)).toBeTypeOf('object');
});
