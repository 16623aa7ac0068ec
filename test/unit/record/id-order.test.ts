import { expect, test } from 'vitest';
import { uuidSource, uuidV7 } from '../../../tools/lib/record/ids.js';

test('ids made in one millisecond sort as they were made', () => {
  const ids = Array.from({ length: 1000 }, () => uuidV7(1_795_578_533_154));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(1000);
});

test('counting carries over whole bytes and leaves those before the counter alone', () => {
  const next = uuidSource(length => new Uint8Array(length).fill(255));
  expect(next(0)).toBe('00000000-0000-7fff-bfff-7fffffffffff');
  expect(next(0)).toBe('00000000-0000-7fff-bfff-800000000000');
  expect(next(1)).toBe('00000000-0001-7fff-bfff-800000000001');
});
