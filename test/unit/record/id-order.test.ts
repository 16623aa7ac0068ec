import { expect, test } from 'vitest';
import { growing, uuidV7 } from '../../../tools/lib/record/ids.js';

test('ids made in one millisecond sort as they were made', () => {
  const ids = Array.from({ length: 1000 }, () => uuidV7(1_795_578_533_154));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(1000);
});

test('counting carries over whole bytes and leaves those before the counter alone', () => {
  const source = growing(() => new Uint8Array(16).fill(255));
  expect(uuidV7(0, source)).toBe('00000000-0000-7fff-9fff-ffffffffffff');
  expect(uuidV7(0, source)).toBe('00000000-0000-7fff-a000-000000000000');
  expect(uuidV7(0, source)).toBe('00000000-0000-7fff-a000-000000000001');
});
