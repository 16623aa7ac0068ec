import { expect, test } from 'vitest';
import { IdTable } from '../../../../tools/lib/ledger/inspect/id-table.js';

const isSame = (): boolean => true;

test('a hash that was noted is found again, whatever the table has grown to', () => {
  const table = new IdTable();
  const hashOf = (number: number): number => Math.imul(number, 0x9e3779b1) >>> 0;
  for (let number = 0; number < 20_000; number++)
    expect(table.note(hashOf(number), number, isSame)).toBeUndefined();
  for (let number = 0; number < 20_000; number += 997) {
    expect(table.note(hashOf(number), 99_999, isSame)).toBe(number);
  }
});

test('equal hashes of different ids are told apart by asking', () => {
  const table = new IdTable();
  const ids = ['a', 'b', 'c'];
  const note = (number: number, id: string) => table.note(7, number, earlier => ids[earlier] === id);
  for (const [number, id] of ids.entries()) expect(note(number, id)).toBeUndefined();
  expect(note(3, 'b')).toBe(1);
  expect(note(4, 'c')).toBe(2);
});

test('a table that is full goes on with the ids of late, in constant memory', () => {
  const table = new IdTable();
  const hashOf = (number: number): number => Math.imul(number + 1, 0x9e3779b1) >>> 0;
  const count = 5_000_000;
  for (let number = 0; number < count; number++) table.note(hashOf(number), number, isSame);
  expect(table.note(hashOf(count - 1_000_000), count, isSame)).toBe(count - 1_000_000);
  expect(table.firstNoted).toBeGreaterThan(0);
  expect(count - table.firstNoted).toBeGreaterThan(1_500_000);
  expect(table.note(hashOf(0), count, isSame)).toBeUndefined();
});

test('a file made of ids that all meet is not worth more than a few looks', () => {
  const table = new IdTable();
  let looks = 0;
  const differs = (): boolean => {
    looks++;
    return false;
  };
  for (let number = 0; number < 1000; number++) table.note(7, number, differs);
  expect(looks).toBeLessThan(20_000);
});

test('seeds differ, so that nobody can choose ids that meet', () => {
  expect(new IdTable(0, () => Uint8Array.of(1, 0, 0, 0)).seed).toBe(1);
  expect(new IdTable().seed).not.toBe(new IdTable().seed);
});
