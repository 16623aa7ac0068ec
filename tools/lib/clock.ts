/**
 * Time as an argument. Instants are milliseconds since the epoch; timestamps are RFC 3339 text with the
 * real local offset and milliseconds, e.g. `2026-11-24T17:03:09.041+07:00`.
 */
export interface Clock {
  /** Now, in ms since the epoch. */
  nowMs(): number;
  /** Minutes that local time is ahead of UTC at that instant. */
  offsetMinutes(instantMs: number): number;
  /** Blocks this thread. */
  sleepMs(durationMs: number): void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  offsetMinutes: instantMs => -new Date(instantMs).getTimezoneOffset(),
  sleepMs: durationMs => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
  },
};

const YEAR_9999_MS = 253_370_764_800_000;

const pad = (value: number): string => String(value).padStart(2, '0');

/** The timestamp of an instant as a clock on the wall of that zone shows it. */
export function formatTimestamp(instantMs: number, offsetMinutes: number): string {
  const wall = new Date(instantMs + offsetMinutes * 60_000).toISOString().slice(0, 23);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const distance = Math.abs(offsetMinutes);
  const text = `${wall}${sign}${pad(Math.trunc(distance / 60))}:${pad(distance % 60)}`;
  // What an event is stamped with is looked at next.
  if (Number.isInteger(instantMs) && instantMs > 0 && instantMs < YEAR_9999_MS) latest = { text, instantMs };
  return text;
}

/** The current timestamp by this clock. */
export function timestampNow(clock: Clock): string {
  const instantMs = clock.nowMs();
  return formatTimestamp(instantMs, clock.offsetMinutes(instantMs));
}

const SHAPE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/;
const MINUTES_A_DAY = 1440;

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;
const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

/**
 * The instant (ms) a timestamp names, or undefined when it is not one. Beyond RFC 3339 it takes offsets
 * without a colon (`+0700`), which older tools wrote. A leap second ends a day of UTC. Digits are read by
 * their place: readers call this for every line, and groups in the pattern would cost more than the line's
 * JSON.
 */
export function parseTimestamp(text: string): number | undefined {
  if (text !== latest.text) latest = { text, instantMs: readTimestamp(text) };
  return latest.instantMs;
}

/** Events of one batch have few timestamps, and each is looked at several times. */
let latest: { text: string; instantMs: number | undefined } = { text: '', instantMs: undefined };

function readTimestamp(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  // Date.UTC takes years below 100 for those of the last century.
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const offset = offsetOf(text);
  if (offset === undefined || hour > 23 || minute > 59 || second > 60) return undefined;
  const minutes = hour * 60 + minute - offset;
  if (second === 60 && (minutes + 1) % MINUTES_A_DAY !== 0) return undefined;
  return Date.UTC(year, month - 1, day, 0, minutes, second, millisecondsOf(text));
}

/** Minutes ahead of UTC. */
function offsetOf(text: string): number | undefined {
  const last = text.length - 1;
  if (digit(text, last) > 9) return 0; // a Z
  const hourAt = text[last - 2] === ':' ? last - 4 : last - 3;
  const hours = twoDigits(text, hourAt);
  const minutes = twoDigits(text, last - 1);
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * (text[hourAt - 1] === '-' ? -1 : 1);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The first three digits of the fraction; behind its last one stands no digit. */
function millisecondsOf(text: string): number {
  if (text[19] !== '.') return 0;
  let milliseconds = 0;
  for (let at = 20, unit = 100; unit >= 1; at++, unit /= 10) {
    const value = digit(text, at);
    if (value < 0 || value > 9) break;
    milliseconds += value * unit;
  }
  return milliseconds;
}

/** The schemas' formats, by name; the compiled validators call them. */
export const formats = { 'date-time': (text: string): boolean => parseTimestamp(text) !== undefined };

/** The day (YYYY-MM-DD) that lies `days` after this one. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds in `90s`, `30m`, `2h`, `1.5h`, `7d`; undefined for anything else, negative or not finite. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)(ms|s|m|h|d|w)$/.exec(text);
  return parts ? Number(parts[1]) * UNIT_MS[parts[2]!]! : undefined;
}

/** `4s`, `12m`, `3h`, `2d`: a duration for people, in its largest whole unit. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.trunc(durationMs / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.trunc(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.trunc(seconds / 3600)}h`;
  return `${Math.trunc(seconds / 86_400)}d`;
}

/** `840ms`, `4.2s`, `1m 23s`, `2h 5m`, `3d 4h`: how long something took, in its two largest units. */
export function formatElapsed(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(Math.max(0, durationMs))}ms`;
  if (durationMs < 60_000) return `${Math.trunc(durationMs / 100) / 10}s`;
  const seconds = Math.trunc(durationMs / 1000);
  const [unit, name, part, partName] =
    seconds < 3600
      ? ([60, 'm', 1, 's'] as const)
      : seconds < 86_400
        ? ([3600, 'h', 60, 'm'] as const)
        : ([86_400, 'd', 3600, 'h'] as const);
  return `${Math.trunc(seconds / unit)}${name} ${Math.trunc((seconds % unit) / part)}${partName}`;
}
