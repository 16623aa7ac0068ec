/** Idempotency keys, held against canonical texts that were written by hand after RFC 8785. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { bindKey, idempotencyKey, type KeyParts } from '../../../tools/lib/runs/key.js';
import { refusal } from '../../support/failure.js';

const PARTS: KeyParts = {
  step: 'review',
  agent: 'reviewer',
  action: 'review',
  task_id: 'T-0042',
  snapshot_id: 'snap-0123456789ab',
  inputs: {},
  expected_outputs: [],
  iteration: 1,
};
const BEFORE = '[1,"review","reviewer","review","T-0042","snap-0123456789ab",';

const keyOf = (text: string): string => `ik:${createHash('sha256').update(text).digest('hex')}`;

test('a key is what it says in the docs, to the letter', () => {
  expect(idempotencyKey(PARTS)).toBe('ik:f20f94a451570c5a1f1564a76d324bac776ae5663f68e23235ec0b2d6383f57d');
  expect(idempotencyKey(PARTS)).toBe(keyOf(`${BEFORE}{},[],1]`));
});

test.each<[string, Record<string, unknown>, string]>([
  // UTF-16 code units: the first half of the emoji, d83d, comes before fb33.
  ['keys beyond the BMP', { '\ufb33': 1, '😀': 2, '€': 3, a: 4 }, '{"a":4,"€":3,"😀":2,"\ufb33":1}'],
  ['what HTML would escape', { html: '<a href="x">&</a>' }, '{"html":"<a href=\\"x\\">&</a>"}'],
  ['negative zero', { zero: -0 }, '{"zero":0}'],
  [
    'large and small numbers',
    { a: 1e21, b: 1e20, c: 1e-7, d: 0.1 },
    '{"a":1e+21,"b":100000000000000000000,"c":1e-7,"d":0.1}',
  ],
  ['nested order', { z: { b: [{ d: 1, c: null }], a: true } }, '{"z":{"a":true,"b":[{"c":null,"d":1}]}}'],
  ['control characters', { a: '\u0000\n\u001f\u2028"\\' }, '{"a":"\\u0000\\n\\u001f\u2028\\"\\\\"}'],
])('%s', (_what, inputs, canonical) => {
  expect(idempotencyKey({ ...PARTS, inputs })).toBe(keyOf(`${BEFORE}${canonical},[],1]`));
});

test('each part makes another key; the order of keys does not', () => {
  const variants: Partial<KeyParts>[] = [
    {},
    { step: 'a' },
    { agent: 'a' },
    { action: 'a' },
    { task_id: 'a' },
    { snapshot_id: 'snap-0123456789ac' },
    { inputs: { a: {} } },
    { inputs: { a: [] } },
    { expected_outputs: ['a'] },
    { iteration: 2 },
  ];
  expect(new Set(variants.map(variant => idempotencyKey({ ...PARTS, ...variant }))).size).toBe(
    variants.length,
  );
  const [one, other] = [
    { a: 1, b: { c: 2, d: 3 } },
    { b: { d: 3, c: 2 }, a: 1 },
  ];
  expect(idempotencyKey({ ...PARTS, inputs: one })).toBe(idempotencyKey({ ...PARTS, inputs: other }));
});

test('the same key with another payload is an error', () => {
  const known = new Map<string, string>();
  bindKey(known, 'ik:1', 'a');
  bindKey(known, 'ik:1', 'a');
  bindKey(known, 'ik:2', 'b');
  expect(refusal('data', () => bindKey(known, 'ik:1', 'b'))).toMatch(/ik:1 stands for another payload/);
});
