import { expect, test } from 'vitest';
import { bootStamp, isOfBoot, thisBoot } from '../../../tools/lib/disk/boot.js';

const DAY_MS = 86_400_000;

test('a boot with an id is told by it alone', () => {
  const boot = { id: '5f6b7a0c-0000-4000-8000-000000000001', startedMs: 1000 };
  expect(isOfBoot(bootStamp(boot), { ...boot, startedMs: 5 * DAY_MS })).toBe(true);
  expect(isOfBoot(bootStamp(boot), { ...boot, id: '5f6b7a0c-0000-4000-8000-000000000002' })).toBe(false);
});

test('a boot without an id is told by when the machine was started, as its clocks have it', () => {
  const boot = { id: null, startedMs: 20_000 * DAY_MS + 0.4 };
  expect(isOfBoot(bootStamp(boot), { id: null, startedMs: boot.startedMs + 3000 })).toBe(true);
  expect(isOfBoot(bootStamp(boot), { id: null, startedMs: boot.startedMs + 60_000 })).toBe(false);
  expect(isOfBoot('', boot)).toBe(false);
  expect(isOfBoot(bootStamp({ ...boot, id: 'x' }), boot)).toBe(false);
  expect(bootStamp({ id: null, startedMs: 1e14 }).length).toBeLessThanOrEqual(36);
});

test('this process is of this boot', () => {
  expect(isOfBoot(bootStamp(thisBoot()), thisBoot())).toBe(true);
  expect(bootStamp(thisBoot()).length).toBeLessThanOrEqual(36);
});
