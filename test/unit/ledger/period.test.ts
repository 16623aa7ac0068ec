import { expect, test } from 'vitest';
import type { Clock } from '../../../tools/lib/clock.js';
import { ALWAYS, daysOf, parseMoment } from '../../../tools/lib/ledger/period.js';
import { testClock } from '../../support/workspace.js';

const at = (text: string, clock: Clock): string => new Date(parseMoment(text, clock)!).toISOString();

/** A clock in a zone whose offset changes at an instant. */
function changing(change: string, before: number, after: number): Clock {
  return { ...testClock(), offsetMinutes: instantMs => (instantMs < Date.parse(change) ? before : after) };
}

test('a moment is a timestamp, a local date, or a duration back from now', () => {
  const clock = testClock('2026-11-24T10:00:00.000Z', 420);
  expect(at('2026-11-24T17:03:09.041+07:00', clock)).toBe('2026-11-24T10:03:09.041Z');
  expect(at('2026-11-24', clock)).toBe('2026-11-23T17:00:00.000Z');
  expect(at('90m', clock)).toBe('2026-11-24T08:30:00.000Z');
  expect(at('7d', clock)).toBe('2026-11-17T10:00:00.000Z');
});

test.each(['', 'now', '2026-02-30', '2026-11-24T10:00', '10', '-2h', '2h30m', '2026-13-01'])(
  '"%s" is no moment',
  text => expect(parseMoment(text, testClock())).toBeUndefined(),
);

test('a local day begins at its first instant, also when midnight happens twice or never', () => {
  // São Paulo, 2018: clocks went from 24:00 on to 01:00.
  expect(at('2018-11-04', changing('2018-11-04T03:00:00Z', -180, -120))).toBe('2018-11-04T03:00:00.000Z');
  // São Paulo, 2018: clocks went from 24:00 back to 23:00.
  expect(at('2018-02-18', changing('2018-02-18T02:00:00Z', -120, -180))).toBe('2018-02-18T03:00:00.000Z');
  // Beirut, 2021: from 00:00 on to 01:00.
  expect(at('2021-03-28', changing('2021-03-27T22:00:00Z', 120, 180))).toBe('2021-03-27T22:00:00.000Z');
  // Amman, 2021: from 01:00 back to 00:00.
  expect(at('2021-10-29', changing('2021-10-28T22:00:00Z', 180, 120))).toBe('2021-10-28T21:00:00.000Z');
  // Tehran, 2021: from 24:00 back to 23:00.
  expect(at('2021-09-22', changing('2021-09-21T19:30:00Z', 270, 210))).toBe('2021-09-21T20:30:00.000Z');
});

test('files are wanted from 14 hours before a period to 14 hours after it', () => {
  const period = { sinceMs: Date.parse('2026-03-10T14:00:00Z'), untilMs: Date.parse('2026-03-12T10:00:00Z') };
  expect(daysOf(period)).toEqual({ from: '2026-03-10', to: '2026-03-12' });
  expect(daysOf({ ...period, sinceMs: period.sinceMs - 1 }).from).toBe('2026-03-09');
  expect(daysOf({ ...period, untilMs: period.untilMs + 1 }).to).toBe('2026-03-13');
  expect(daysOf(ALWAYS)).toEqual({ from: '0000-01-01', to: '9999-12-31' });
});
