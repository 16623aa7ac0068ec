/** A table of records against a map: whatever is put in is found, in few reads, and damage never passes for absence. */
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootStamp, thisBoot } from '../../../tools/lib/disk/boot.js';
import { hashOfKey } from '../../../tools/lib/disk/record-page.js';
import { RecordTable } from '../../../tools/lib/disk/record-table.js';
import { rounds, seededBelow } from '../../support/rounds.js';
import { temporaryDirectory } from '../../support/workspace.js';

const always = (): boolean => true;
const record = (key: string, value: string) => ({ hash: hashOfKey(key), value });

function withTable<T>(path: string, action: (table: RecordTable) => T): T {
  const table = RecordTable.open(path);
  if (table === undefined) throw new Error('there is no table');
  try {
    return action(table);
  } finally {
    table.close();
  }
}

function emptyTable(): string {
  const path = join(temporaryDirectory(), 'table');
  RecordTable.make(path, []);
  return path;
}

test('what is put in is found, by this process and by others, while the table grows', () => {
  const path = emptyTable();
  const known = new Map<string, string>();
  const below = seededBelow(0x7ab1e);
  for (let round = 0; round < rounds(3000, 300_000); round++) {
    const key = `k-${below(rounds(2000, 200_000))}`;
    const value = String(below(1e12));
    known.set(key, value);
    withTable(path, table => expect(table.put([record(key, value)], always)).toBe(true));
  }
  withTable(path, table => {
    for (const [key, value] of known) expect(table.find(hashOfKey(key))).toBe(value);
    expect(table.find(hashOfKey('another'))).toBeUndefined();
  });
  const pages = (statSync(path).size - 64) / 4096;
  expect(known.size / pages).toBeGreaterThan(12);
});

test('a table made of many records has them all', () => {
  const path = join(temporaryDirectory(), 'table');
  const records = Array.from({ length: 5000 }, (_, number) => record(`k-${number}`, String(number)));
  RecordTable.make(path, records);
  withTable(path, table => {
    for (const { hash, value } of records) expect(table.find(hash)).toBe(value);
  });
});

test('a table that is open for reading takes nothing', () => {
  const path = emptyTable();
  withTable(path, table => table.put([record('a', '1')], always));
  const table = RecordTable.openForReading(path)!;
  expect(table.find(hashOfKey('a'))).toBe('1');
  expect(() => table.put([record('b', '2')], always)).toThrow();
  table.close();
});

test('a record gives way only when the caller says so', () => {
  const path = emptyTable();
  withTable(path, table => {
    table.put([record('a', '1'), record('a', '2')], () => false);
    expect(table.find(hashOfKey('a'))).toBe('1');
    table.put([record('a', '3')], always);
    expect(table.find(hashOfKey('a'))).toBe('3');
  });
});

test('putting in again what a killed process has put in changes nothing', () => {
  const path = emptyTable();
  const records = Array.from({ length: 100 }, (_, number) => record(`k-${number}`, String(number)));
  withTable(path, table => table.put(records.slice(0, 60), always));
  withTable(path, table => table.put(records, always));
  const once = join(temporaryDirectory(), 'table');
  RecordTable.make(once, []);
  withTable(once, table => table.put(records, always));
  expect(readFileSync(path)).toEqual(readFileSync(once));
});

test('a table of another boot, another version, or cut off is none', () => {
  const path = emptyTable();
  withTable(path, table => table.put([record('a', '1')], always));
  const good = readFileSync(path);
  const changed = (change: (bytes: Buffer) => Buffer): string => {
    const other = join(temporaryDirectory(), 'table');
    writeFileSync(other, change(Buffer.from(good)));
    return other;
  };
  const stamp = bootStamp(thisBoot());
  const ofOther = (text: string): string =>
    text.replace(
      stamp,
      stamp.replace(/./, c => (c === '0' ? '1' : '0')),
    );
  for (const [name, other] of Object.entries({
    boot: changed(bytes => Buffer.from(ofOther(bytes.toString('latin1')), 'latin1')),
    version: changed(bytes => Buffer.from(bytes.toString('latin1').replace('table 1', 'table 2'), 'latin1')),
    empty: changed(() => Buffer.alloc(0)),
    zeros: changed(bytes => bytes.fill(0)),
    short: changed(bytes => bytes.subarray(0, -1)),
    pages: changed(bytes => Buffer.concat([bytes, Buffer.alloc(4096 * 2)])),
  })) {
    expect(RecordTable.open(other), name).toBeUndefined();
  }
  expect(RecordTable.open(changed(bytes => bytes))?.find(hashOfKey('a'))).toBe('1');
  expect(RecordTable.open(join(temporaryDirectory(), 'none'))).toBeUndefined();
});

test('a page with anything else in it is damaged, and takes nothing', () => {
  const path = emptyTable();
  withTable(path, table => table.put([record('a', '1'), record('b', '2')], always));
  const good = readFileSync(path);
  for (const place of [64 + 32, 64 + 63, 128 + 32, 128 + 63]) {
    const bytes = Buffer.from(good);
    bytes[place] = 120;
    writeFileSync(path, bytes);
    withTable(path, table => {
      expect(table.find(hashOfKey('a'))).toBe('damaged');
      expect(table.put([record('c', '3')], always)).toBe(false);
    });
  }
});

test('a page that is lost while the table is open is damage, not absence', () => {
  const path = emptyTable();
  withTable(path, table => {
    table.put([record('a', '1')], always);
    truncateSync(path, 100);
    expect(table.find(hashOfKey('a'))).toBe('damaged');
  });
});

test('a full page doubles the table; whoever has the old one open still reads what was there', () => {
  const path = emptyTable();
  const records = Array.from({ length: 64 }, (_, number) => record(`k-${number}`, String(number)));
  withTable(path, table => table.put(records, always));
  copyFileSync(path, `${path}.full`);
  withTable(path, old => {
    withTable(path, table => expect(table.put([record('one more', 'x')], always)).toBe(true));
    for (const { hash, value } of records) expect(old.find(hash)).toBe(value);
  });
  expect(statSync(path).size).toBeGreaterThan(statSync(`${path}.full`).size);
  withTable(path, table => expect(table.find(hashOfKey('one more'))).toBe('x'));
});
