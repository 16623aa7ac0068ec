import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentName,
  canonicalTaskId,
  formatSessionId,
  parseSessionId,
  shorten,
  uuidSource,
  uuidV7,
} from '../../../tools/lib/record/ids.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';

test.each(['a', 'cls', 'andy-2', 'x_y', 'a'.repeat(64)])('%s is the name of an agent', name => {
  expect(agentName(name)).toBe(name);
});

test.each([
  ...['', '../x', '-rf', 'CLS', 'a'.repeat(65), 'a/b', '1a', '_a', 'a b', 'a\n', 'ä', 'a.b', 'a\u0000'],
])('%j is none', name => {
  expect(refusal('data', () => agentName(name))).toMatch(/is not an agent name/);
});

test('task ids are trimmed, NFC, and `system` when nothing is left', () => {
  expect(canonicalTaskId('  WO-1\t')).toBe('WO-1');
  expect(canonicalTaskId('caf\u0065\u0301')).toBe('caf\u00e9');
  expect(['', ' ', '\n'].map(canonicalTaskId)).toEqual(['system', 'system', 'system']);
  expect(canonicalTaskId('-x "y" \\z ประเทศไทย 🎉')).toBe('-x "y" \\z ประเทศไทย 🎉');
});

test('task ids are refused with control characters inside, and beyond 200 bytes', () => {
  for (const text of ['a\nb', 'a\u0000b', 'a\u001b[31mb', 'a\u0085b', 'a\u2028b', 'a\u007fb']) {
    expect(refusal('data', () => canonicalTaskId(text))).toMatch(/control characters/);
  }
  expect(canonicalTaskId('ü'.repeat(100))).toHaveLength(100);
  expect(refusal('data', () => canonicalTaskId(`${'ü'.repeat(100)}x`))).toMatch(/201 bytes/);
});

test('a canonical task id is its own canonical form', () => {
  checkProperty(
    fastCheck.property(fastCheck.string({ unit: 'grapheme', maxLength: 40 }), text => {
      const id = canonicalTaskId(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ''));
      expect(canonicalTaskId(id)).toBe(id);
    }),
  );
});

test('session ids are written and read back, beyond 999 too', () => {
  for (const number of [1, 42, 999, 1000, 123_456_789]) {
    const name = { day: '2026-11-24', agent: 'cls_2', number };
    expect(parseSessionId(formatSessionId(name))).toEqual(name);
  }
  expect(formatSessionId({ day: '2026-11-24', agent: 'cls', number: 7 })).toBe('2026-11-24_cls_007');
});

test.each([
  ...['', '2026-11-24_cls_07', '2026-11-24_CLS_007', '2026-11-24_cls_007\n', '../2026-11-24_cls_007', 'abc'],
  ...['2026-11-24_cls', '2026-11-24_cls_1234567890', '2026-1-24_cls_007'],
])('%j is no session id', text => {
  expect(parseSessionId(text)).toBeUndefined();
});

test('a UUID of version 7 begins with its time and is random after it', () => {
  const zeros = uuidSource(length => new Uint8Array(length));
  const ones = uuidSource(length => new Uint8Array(length).fill(255));
  expect(zeros(0x0123_4567_89ab)).toBe('01234567-89ab-7000-8000-000000000000');
  expect(ones(0x0123_4567_89ab)).toBe('01234567-89ab-7fff-bfff-7fffffffffff');
  expect(zeros(-1)).toBe('ffffffff-ffff-7000-8000-000000000001');
  const ids = Array.from({ length: 1000 }, () => uuidV7(1_700_000_000_000));
  expect(new Set(ids).size).toBe(1000);
  expect([uuidV7(1), uuidV7(2), uuidV7(2 ** 40)].sort()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^00000000-0001-7/)]),
  );
});

test('untrusted text is shortened by whole characters, its control characters made visible', () => {
  expect(shorten('plain')).toBe('plain');
  expect(shorten('a\u001b[31m\nb')).toBe('a\\u001b[31m\\nb');
  expect(shorten('🎉'.repeat(41))).toBe(`${'🎉'.repeat(40)}…`);
  expect(shorten('x'.repeat(1_000_000))).toHaveLength(41);
});
