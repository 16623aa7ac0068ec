/** The tables of keys: whatever becomes of them, the day files decide. */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { wholeDay } from '../../support/chain.js';
import { recorder } from '../../support/recorder.js';
import { testClock } from '../../support/workspace.js';

const HOUR_MS = 3_600_000;
const KEY = { idempotency_key: 'ik:1' };

test('keys are found again when everything in the control plane is lost', () => {
  const { record, workspace, clock } = recorder();
  record(KEY);
  record({ idempotency_key: 'ik:2' });
  for (const view of ['heads', 'keys']) {
    rmSync(join(workspace.control, view), { recursive: true });
    expect(record(KEY).isDuplicate).toBe(true);
    expect(record({ idempotency_key: 'ik:2' }).isDuplicate).toBe(true);
  }
  clock.advanceMs(24 * HOUR_MS);
  for (const view of ['heads', 'keys'])
    rmSync(join(workspace.control, view), { recursive: true, force: true });
  expect(record(KEY).isDuplicate).toBe(true);
});

test('keys of an earlier day are noted once, not looked for in the file each time', () => {
  const { record, workspace, clock } = recorder();
  record(KEY);
  clock.advanceMs(24 * HOUR_MS);
  for (const view of ['heads', 'keys']) rmSync(join(workspace.control, view), { recursive: true });
  record(KEY);
  const keys = join(workspace.control, 'keys/cls/2026-11-19.table');
  const { mtimeNs } = statSync(keys, { bigint: true });
  record(KEY);
  expect(statSync(keys, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

test('damaged records of keys are made again', () => {
  const { record, workspace } = recorder();
  record(KEY);
  record({ idempotency_key: 'ik:2' });
  const keys = join(workspace.control, 'keys/cls/2026-11-19.table');
  for (const content of ['', 'x', 'x'.repeat(49), '\0'.repeat(98)]) {
    writeFileSync(keys, content);
    expect(record(KEY).isDuplicate).toBe(true);
  }
});

/** The tables of keys, oldest first. */
const tablesIn = (control: string): string[] => readdirSync(join(control, 'keys/cls')).sort();

test('keys are remembered where one table ends and the next one begins', () => {
  for (let day = 19; day <= 28; day++) {
    const clock = testClock(`2026-11-${day}T22:00:00.000Z`);
    const { record } = recorder({ clock });
    record(KEY);
    clock.advanceMs(47 * HOUR_MS);
    expect(record(KEY).isDuplicate).toBe(true);
  }
});

test('a key that is too old may stand for another event', () => {
  for (const hours of [5, 30]) {
    const { record, clock } = recorder();
    record(KEY);
    clock.advanceMs(hours * 24 * HOUR_MS);
    expect(record({ ...KEY, summary: 'other' }).isDuplicate).toBe(false);
    expect(record({ ...KEY, summary: 'other' }).isDuplicate).toBe(true);
  }
});

test('tables that no event of today can need are removed, and so is what older versions kept', () => {
  const { record, workspace, clock } = recorder();
  record(KEY);
  writeFileSync(join(workspace.control, 'keys/cls/2026-11-24.txt'), 'x');
  for (let day = 0; day < 40; day++) {
    clock.advanceMs(24 * HOUR_MS);
    record({ idempotency_key: `of day ${day}` });
  }
  expect(tablesIn(workspace.control)).toEqual(['2026-12-13.table', '2026-12-21.table', '2026-12-29.table']);
});

test('a root with the keys of an older version is noted once, from its day files', () => {
  const { record, workspace, dayPath } = recorder();
  record(KEY);
  rmSync(join(workspace.control, 'keys/cls'), { recursive: true });
  mkdirSync(join(workspace.control, 'keys/cls'));
  const head = join(workspace.control, 'heads/cls/2026-11-24.json');
  writeFileSync(head, readFileSync(head, 'utf8').replace('"open"', '"keys":1,"open"'));
  expect(record(KEY).isDuplicate).toBe(true);
  expect(wholeDay(dayPath())).toHaveLength(1);
});

test('a table of another boot is made again', () => {
  const { record, workspace } = recorder();
  record(KEY);
  const table = join(workspace.control, 'keys/cls/2026-11-19.table');
  const bytes = readFileSync(table);
  writeFileSync(table, bytes.fill(0, 64).fill('x', 21, 57));
  expect(record(KEY).isDuplicate).toBe(true);
});

test('an event of a process that died before its key was noted is found, also after midnight', () => {
  for (const hours of [0, 24]) {
    const { record, workspace, clock } = recorder();
    record({ idempotency_key: 'before' });
    const control = join(workspace.control, 'keys/cls/2026-11-19.table');
    const head = join(workspace.control, 'heads/cls/2026-11-24.json');
    const before = { control: readFileSync(control), head: readFileSync(head) };
    record(KEY);
    writeFileSync(control, before.control);
    writeFileSync(head, before.head);
    clock.advanceMs(hours * HOUR_MS);
    expect(record(KEY).isDuplicate).toBe(true);
  }
});

test('of two events with one key, written by tools that know of none, the first one stands', () => {
  const { record, dayPath } = recorder();
  const { line } = record({ summary: 'first' });
  const keyed = (summary: string): string => {
    const { seq, prev, ...event } = JSON.parse(line);
    return `${JSON.stringify({ ...event, summary, idempotency_key: 'ik:1' })}\n`;
  };
  appendFileSync(dayPath(), keyed('first') + keyed('second'));
  expect(record({ ...KEY, summary: 'first' }).isDuplicate).toBe(true);
});

test('a new key is noted without being looked up', () => {
  const { record } = recorder();
  expect(record({ ...KEY, hasNewKey: true }).isDuplicate).toBe(false);
  expect(record(KEY).isDuplicate).toBe(true);
});

test('an import of old days finds its keys again', () => {
  const { recordAll, workspace } = recorder();
  const drafts = Array.from({ length: 40 }, (_, number) => ({
    ts: new Date(Date.UTC(2026, 8, 1 + number)).toISOString(),
    idempotency_key: `of day ${number}`,
  }));
  recordAll(drafts);
  expect(recordAll(drafts).every(outcome => !(outcome instanceof Failure) && outcome.isDuplicate)).toBe(true);
  expect(tablesIn(workspace.control).length).toBeLessThan(12);
});
