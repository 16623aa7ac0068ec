import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Appended } from '../../../tools/lib/ledger/append.js';
import { recorder } from '../../support/recorder.js';
import { testClock } from '../../support/workspace.js';

const HOUR_MS = 3_600_000;
const END = { data: { session: 'end' } };
const sessionOf = ({ event }: Appended): string => event.session_id;

test('events without a session belong to the open one; after its end a new one opens', () => {
  const { record } = recorder();
  expect([record(), record(), record(END), record(), record(END), record()].map(sessionOf)).toEqual([
    ...['2026-11-24_cls_001', '2026-11-24_cls_001', '2026-11-24_cls_001'],
    ...['2026-11-24_cls_002', '2026-11-24_cls_002', '2026-11-24_cls_003'],
  ]);
});

test('a session closes after its idle time, and not a moment earlier', () => {
  const { record, clock } = recorder();
  record();
  clock.advanceMs(12 * HOUR_MS - 1);
  expect(sessionOf(record())).toBe('2026-11-24_cls_001');
  clock.advanceMs(12 * HOUR_MS);
  expect(sessionOf(record())).toBe('2026-11-25_cls_001');
});

test('a session goes on over midnight and keeps the day it opened', () => {
  const clock = testClock('2026-11-24T23:30:00.000Z');
  const { record } = recorder({ clock });
  record();
  clock.advanceMs(HOUR_MS);
  const after = record();
  expect([after.event.ts.slice(0, 10), sessionOf(after)]).toEqual(['2026-11-25', '2026-11-24_cls_001']);
  record(END);
  expect(sessionOf(record())).toBe('2026-11-25_cls_001');
});

test('a session goes on over midnight also when the heads are gone, or older than the file', () => {
  for (const endsLast of [false, true]) {
    const clock = testClock('2026-11-24T23:30:00.000Z');
    const { record, workspace } = recorder({ clock });
    const heads = join(workspace.control, 'heads');
    record();
    const older = join(workspace.control, 'older');
    cpSync(heads, older, { recursive: true });
    record(endsLast ? END : {});
    rmSync(heads, { recursive: true });
    if (endsLast) renameSync(older, heads);
    clock.advanceMs(HOUR_MS);
    expect(sessionOf(record())).toBe(endsLast ? '2026-11-25_cls_001' : '2026-11-24_cls_001');
  }
});

test('a session that ended on a later day is not opened again by the next one', () => {
  const { record, clock } = recorder({ idleHours: 168 });
  record();
  clock.advanceMs(24 * HOUR_MS);
  record(END);
  clock.advanceMs(24 * HOUR_MS);
  expect(sessionOf(record())).toBe('2026-11-26_cls_001');
});

test('a long idle time reaches back over days without events', () => {
  const { record, clock } = recorder({ idleHours: 168 });
  record();
  clock.advanceMs(3 * 24 * HOUR_MS);
  expect(sessionOf(record())).toBe('2026-11-24_cls_001');
});

test('a session that is named is used, and numbers go on behind it', () => {
  const { record } = recorder();
  record({ session_id: '2026-11-24_cls_041' });
  record({ session_id: '2026-11-20_cls_007' });
  expect(sessionOf(record())).toBe('2026-11-20_cls_007');
  record({ ...END, session_id: '2026-11-20_cls_007' });
  expect(sessionOf(record())).toBe('2026-11-24_cls_041');
  record({ ...END, session_id: '2026-11-24_cls_041' });
  expect(sessionOf(record())).toBe('2026-11-24_cls_042');
});

test('numbers go on past 999', () => {
  const { record } = recorder();
  record({ ...END, session_id: '2026-11-24_cls_999' });
  expect(sessionOf(record())).toBe('2026-11-24_cls_1000');
});

test('numbers are not given twice when the head is lost', () => {
  const { record, workspace } = recorder();
  record(END);
  record(END);
  rmSync(join(workspace.control, 'heads'), { recursive: true });
  expect(sessionOf(record())).toBe('2026-11-24_cls_003');
});

test('an open session is known again when the head is lost', () => {
  const { record, workspace } = recorder();
  record(END);
  record();
  rmSync(join(workspace.control, 'heads'), { recursive: true });
  expect(sessionOf(record())).toBe('2026-11-24_cls_002');
});

test('two open sessions: an event without one goes to the most recently active', () => {
  const { record, clock } = recorder();
  const [first, second] = ['2026-11-24_cls_001', '2026-11-24_cls_002'];
  for (const session_id of [first, second, first]) {
    clock.advanceMs(1000);
    record({ session_id });
  }
  expect(sessionOf(record())).toBe(first);
  expect(record({ ...END, session_id: first }).openSessions).toBe(1);
  expect(record({ ...END, session_id: second }).openSessions).toBe(0);
});

describe('when the clock is changed', () => {
  test('an hour that comes twice keeps its session', () => {
    const clock = testClock('2026-11-01T05:30:00.000Z', -4 * 60);
    const { record } = recorder({ clock });
    const before = record();
    clock.offsetMinutes = () => -5 * 60;
    clock.advanceMs(HOUR_MS);
    const after = record();
    expect([before, after].map(({ event }) => event.ts)).toEqual([
      ...['2026-11-01T01:30:00.000-04:00', '2026-11-01T01:30:00.000-05:00'],
    ]);
    expect(sessionOf(after)).toBe(sessionOf(before));
  });

  test('midnight that comes twice gives no number twice', () => {
    const clock = testClock('2026-10-24T21:30:00.000Z', 3 * 60);
    const { record } = recorder({ clock });
    const sessions = [record(END)]; // 25 October, 00:30
    clock.offsetMinutes = () => 2 * 60;
    sessions.push(record(END)); // 24 October, 23:30
    clock.advanceMs(HOUR_MS);
    sessions.push(record(END)); // 25 October, 00:30 again
    expect(sessions.map(sessionOf)).toEqual([
      ...['2026-10-25_cls_001', '2026-10-24_cls_001', '2026-10-25_cls_002'],
    ]);
  });
});
