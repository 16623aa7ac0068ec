import fastCheck from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  addDays,
  formatDuration,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
  systemClock,
  timestampNow,
} from '../../tools/lib/clock.js';
import { checkProperty } from '../support/rounds.js';
import { testClock } from '../support/workspace.js';

test.each([
  [0, '2026-11-24T10:00:00.000+00:00'],
  [7 * 60, '2026-11-24T17:00:00.000+07:00'],
  [5 * 60 + 45, '2026-11-24T15:45:00.000+05:45'],
  [-(3 * 60 + 30), '2026-11-24T06:30:00.000-03:30'],
  [14 * 60, '2026-11-25T00:00:00.000+14:00'],
  [-11 * 60, '2026-11-23T23:00:00.000-11:00'],
])('an offset of %i minutes gives the wall time of that zone', (offsetMinutes, expected) => {
  const clock = testClock('2026-11-24T10:00:00.000Z', offsetMinutes);
  expect(timestampNow(clock)).toBe(expected);
  expect(parseTimestamp(expected)).toBe(clock.nowMs());
});

test('a timestamp comes back as the instant it was made from', () => {
  const instants = fastCheck.integer({ min: Date.UTC(1970), max: Date.UTC(9999) });
  checkProperty(
    fastCheck.property(instants, fastCheck.integer({ min: -720, max: 840 }), (instantMs, offsetMinutes) => {
      expect(parseTimestamp(formatTimestamp(instantMs, offsetMinutes))).toBe(instantMs);
    }),
    2000,
  );
});

test('every millisecond survives', () => {
  const midnight = Date.UTC(2026, 10, 24);
  const changed = Array.from({ length: 1000 }, (_, ms) => midnight + ms).filter(
    instantMs => parseTimestamp(formatTimestamp(instantMs, 0)) !== instantMs,
  );
  expect(changed).toEqual([]);
});

test.each([
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24t10:00:00z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24 10:00:00Z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T17:00:00+0700', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00:00+0000', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00:00-00:00', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00:00.5Z', '2026-11-24T10:00:00.500Z'],
  ['2026-11-24T10:00:00.123456789Z', '2026-11-24T10:00:00.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'], // a leap second
  ['2016-12-31T20:29:60-03:30', '2017-01-01T00:00:00.000Z'],
])('%s is a timestamp', (text, instant) => {
  expect(parseTimestamp(text)).toBe(Date.parse(instant));
});

test.each([
  ...['', 'not a date', '2026-11-24', '2026-11-24T10:00:00', '2026-11-24T10:00Z', '20261124T100000Z'],
  ...['2026-02-30T00:00:00Z', '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z'],
  ...['2026-11-24T24:00:00Z', '2026-11-24T10:60:00Z', '2026-11-24T10:00:61Z', '2026-11-24T10:00:00.Z'],
  ...[
    '2026-11-24T10:00:00+24:00',
    '2026-11-24T10:00:00+07:60',
    '2026-11-24T10:00:00+7',
    '2026-11-24T10:00:00 Z',
  ],
  ...['2026-11-24T10:00:00Z\n', ' 2026-11-24T10:00:00Z', '0000-00-00T00:00:00Z', '２０２６-11-24T10:00:00Z'],
  ...['../../etc/passwdT00:00:00Z', '2026-11-24T12:00:60Z'],
])('%j is none', text => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test('days are counted over month ends, leap days and years', () => {
  expect(addDays('2026-11-30', 1)).toBe('2026-12-01');
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
  expect(addDays('2026-03-08', 0)).toBe('2026-03-08');
});

test('durations', () => {
  expect(['90s', '30m', '2h', '1.5h', '7d', '2w', '5ms', '0s'].map(parseDuration)).toEqual([
    ...[90_000, 1_800_000, 7_200_000, 5_400_000, 604_800_000, 1_209_600_000, 5, 0],
  ]);
  const wrong = ['', 's', '5', '-5s', '5 s', '5S', '1e3s', 'Infinitys', '.5h', '5.h', `${'9'.repeat(16)}s`];
  expect(wrong.map(parseDuration)).toEqual(wrong.map(() => undefined));
  expect([-5, 0, 59_999, 60_000, 3_600_000, 172_799_999, 172_800_000].map(formatDuration)).toEqual([
    ...['0s', '0s', '59s', '1m', '1h', '47h', '2d'],
  ]);
});

describe('the clock of the system', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  /** The local timestamp of an instant in a zone. */
  function localTime(timeZone: string, instant: string): string {
    process.env.TZ = timeZone;
    const instantMs = Date.parse(instant);
    return formatTimestamp(instantMs, systemClock.offsetMinutes(instantMs)).replace('.000', '');
  }

  test.each([
    ['UTC', '2026-11-24T10:00:00Z', '2026-11-24T10:00:00+00:00'],
    ['Asia/Bangkok', '2026-11-24T10:00:00Z', '2026-11-24T17:00:00+07:00'],
    ['Asia/Kathmandu', '2026-11-24T10:00:00Z', '2026-11-24T15:45:00+05:45'],
    ['America/St_Johns', '2026-11-24T10:00:00Z', '2026-11-24T06:30:00-03:30'],
    ['America/St_Johns', '2026-07-24T10:00:00Z', '2026-07-24T07:30:00-02:30'],
    ['Pacific/Kiritimati', '2026-11-24T10:00:00Z', '2026-11-25T00:00:00+14:00'],
    ['Pacific/Marquesas', '2026-11-24T09:29:59Z', '2026-11-23T23:59:59-09:30'],
    ['Australia/Lord_Howe', '2026-11-24T10:00:00Z', '2026-11-24T21:00:00+11:00'],
    ['Australia/Lord_Howe', '2026-07-24T10:00:00Z', '2026-07-24T20:30:00+10:30'],
  ])('knows the offset of %s at %s', (timeZone, instant, expected) => {
    expect(localTime(timeZone, instant)).toBe(expected);
  });

  test('jumps over the hour that is missing in spring', () => {
    expect(localTime('America/New_York', '2026-03-08T06:59:59Z')).toBe('2026-03-08T01:59:59-05:00');
    expect(localTime('America/New_York', '2026-03-08T07:00:00Z')).toBe('2026-03-08T03:00:00-04:00');
  });

  test('tells the hour that comes twice in autumn apart by its offset', () => {
    const first = localTime('America/New_York', '2026-11-01T05:30:00Z');
    const second = localTime('America/New_York', '2026-11-01T06:30:00Z');
    expect([first, second]).toEqual(['2026-11-01T01:30:00-04:00', '2026-11-01T01:30:00-05:00']);
    expect(parseTimestamp(second)! - parseTimestamp(first)!).toBe(3_600_000);
  });

  test('falls back over midnight where a zone does that', () => {
    expect(localTime('America/Havana', '2026-11-01T04:30:00Z')).toBe('2026-11-01T00:30:00-04:00');
    expect(localTime('America/Havana', '2026-11-01T05:30:00Z')).toBe('2026-11-01T00:30:00-05:00');
    expect(localTime('Asia/Beirut', '2026-10-24T20:59:59Z')).toBe('2026-10-24T23:59:59+03:00');
    expect(localTime('Asia/Beirut', '2026-10-24T21:00:00Z')).toBe('2026-10-24T23:00:00+02:00');
  });

  test('names a right instant whatever TZ holds', () => {
    for (const timeZone of ['', 'nonsense', ':/etc/localtime', 'XYZ-13:45', '../../etc/passwd', 'EST5EDT']) {
      expect(parseTimestamp(localTime(timeZone, '2026-11-24T10:00:00Z'))).toBe(Date.UTC(2026, 10, 24, 10));
    }
  });

  test('sleeps', () => {
    const startMs = performance.now();
    systemClock.sleepMs(5);
    expect(performance.now() - startMs).toBeGreaterThan(4);
  });
});
