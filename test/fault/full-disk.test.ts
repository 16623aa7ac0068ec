/** A real disk that fills up, with ledger and control plane on it. */
import { expect, test } from 'vitest';
import { bytesOf, eventsOf, faultPlace, type Place } from './place.js';
import { smallDisk } from './small-disk.js';

/** Appends an event of about `size` bytes. @returns whether it was acknowledged; if not, nothing has changed */
function append(place: Place, name: string, size: number): boolean {
  const before = bytesOf(place.dayPath);
  const data = JSON.stringify({ fill: 'x'.repeat(size) });
  const { status, messages } = place.run('ledger-write', [
    'cls',
    'info',
    'T-1',
    'test',
    name,
    data,
    '--status',
  ]);
  if (status === 0) return true;
  expect(status, messages).toBe(74);
  expect(messages).toMatch(/^ledger-write: cannot [^\n]*no space left[^\n]*\n$/);
  expect(bytesOf(place.dayPath).equals(before)).toBe(true);
  return false;
}

test('until it is full, while it is full, and when there is room again', context => {
  const disk = smallDisk();
  if (disk === undefined) return context.skip('needs the right to mount');
  const place = faultPlace(disk.path);
  const acknowledged: string[] = [];
  const sizes = [
    ...Array<number>(12).fill(60_000),
    ...Array<number>(8).fill(3000),
    ...Array<number>(8).fill(10),
  ];
  for (const [index, size] of sizes.entries()) {
    if (append(place, String(index), size)) acknowledged.push(String(index));
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(acknowledged.length).toBeLessThan(sizes.length);
  expect(eventsOf(place).map(({ summary }) => summary)).toEqual(acknowledged);
  expect(JSON.parse(bytesOf(place.statusPath).toString())).toMatchObject({ agent: 'cls' });
  disk.grow();
  expect(append(place, 'again', 10)).toBe(true);
  expect(eventsOf(place).map(({ summary }) => summary)).toEqual([...acknowledged, 'again']);
});
