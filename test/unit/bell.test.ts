import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Bell } from '../../tools/lib/bell.js';

test('a bell that was rung while nobody listened is heard, and once', async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.heard();
  const again = bell.heard().then(() => 'heard');
  expect(await Promise.race([again, setImmediate('silence')])).toBe('silence');
  bell.ring();
  expect(await again).toBe('heard');
});

test('nobody listens longer than they said', async () => {
  const bell = new Bell();
  await bell.heard(1);
  bell.ring();
  await bell.heard(1);
});
