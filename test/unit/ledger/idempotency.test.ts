import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { wholeDay } from '../../support/chain.js';
import { refusal } from '../../support/failure.js';
import { recorder } from '../../support/recorder.js';
import { testClock } from '../../support/workspace.js';

const HOUR_MS = 3_600_000;
const KEY = { idempotency_key: 'ik:1' };

test('the same key again returns the first event and writes nothing', () => {
  const { record, clock, dayPath } = recorder();
  const first = record(KEY);
  clock.advanceMs(5000);
  const { size } = statSync(dayPath());
  const again = record(KEY);
  expect(again).toMatchObject({ line: first.line, isDuplicate: true, event: { id: first.event.id } });
  expect(statSync(dayPath()).size).toBe(size);
});

test('a key twice in one batch is one event', () => {
  const { recordAll, dayPath } = recorder();
  const outcomes = recordAll([KEY, {}, KEY, { idempotency_key: 'other' }]);
  expect(outcomes.map(outcome => !(outcome instanceof Failure) && outcome.isDuplicate)).toEqual([
    ...[false, false, true, false],
  ]);
  expect(wholeDay(dayPath())).toHaveLength(3);
});

test('the same key with other content is refused, whatever differs', () => {
  const { record, recordAll, dayPath } = recorder();
  record(KEY);
  for (const changes of [
    { summary: 'x' },
    { event: 'error' },
    { task_id: 'x' },
    { source: 'x' },
    { data: { a: 1 } },
  ]) {
    expect(refusal('data', () => record({ ...KEY, ...changes }))).toMatch(
      /"ik:1" already stands for another/,
    );
  }
  refusal('data', () => record({ ...KEY, parent_id: 'p' }));
  const [, second] = recordAll([{ idempotency_key: 'b' }, { idempotency_key: 'b', summary: 'other' }]);
  expect(second).toBeInstanceOf(Failure);
  expect(wholeDay(dayPath())).toHaveLength(2);
});

test('content is compared by meaning, not by the order of keys', () => {
  const { record } = recorder();
  record({ ...KEY, data: { a: 1, b: { c: 2, d: 3 } } });
  expect(record({ ...KEY, data: { b: { d: 3, c: 2 }, a: 1 } }).isDuplicate).toBe(true);
});

test('keys are remembered for 48 hours, and over every midnight in them', () => {
  for (const start of ['2026-11-24T00:00:00.000Z', '2026-11-24T12:00:00.000Z', '2026-11-24T23:59:59.000Z']) {
    const clock = testClock(start);
    const { record } = recorder({ clock });
    record(KEY);
    clock.advanceMs(47 * HOUR_MS);
    expect(record(KEY).isDuplicate).toBe(true);
    clock.advanceMs(HOUR_MS - 1);
    expect(record(KEY).isDuplicate).toBe(true);
  }
});

test('keys are remembered by who travels across the date line, or whose clock falls back over midnight', () => {
  for (const [before, after] of [
    [12 * 60, -11 * 60],
    [-11 * 60, 12 * 60],
    [13 * 60, -8 * 60],
  ] as const) {
    const clock = testClock('2026-11-24T10:30:00.000Z', before);
    const { record } = recorder({ clock });
    record(KEY);
    clock.offsetMinutes = () => after;
    expect(record(KEY).isDuplicate).toBe(true);
    clock.advanceMs(47 * HOUR_MS);
    expect(record(KEY).isDuplicate).toBe(true);
  }
});

test('long and strange keys are keys', () => {
  const { record } = recorder();
  for (const idempotency_key of ['k'.repeat(512), '🎉'.repeat(128), ' ', '../x', '\n']) {
    expect(record({ idempotency_key }).isDuplicate).toBe(false);
    expect(record({ idempotency_key }).isDuplicate).toBe(true);
  }
});
