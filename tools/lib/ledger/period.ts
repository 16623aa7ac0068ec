/**
 * Periods of time, and which day files can hold their events. A file's date is the local date of its events,
 * and neither the file's name nor ours says in which zone: the period is widened by the furthest a zone lies
 * from UTC. A file outside the widened range is not opened at all.
 */
import { type Clock, formatTimestamp, parseDuration, parseTimestamp } from '../clock.js';

/** From `sinceMs`, inclusive, to `untilMs`, exclusive; infinite where it is open. */
export interface Period {
  sinceMs: number;
  untilMs: number;
}

export const ALWAYS: Period = { sinceMs: -Infinity, untilMs: Infinity };

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** No zone on earth is further from UTC. */
const FURTHEST_OFFSET_MS = 14 * HOUR_MS;

/**
 * The instant (ms) that a person names: an RFC 3339 timestamp, a date (its local beginning), or a duration
 * back from now. Undefined for anything else.
 */
export function parseMoment(text: string, clock: Clock): number | undefined {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return clock.nowMs() - durationMs;
  return /^\d{4}-\d\d-\d\d$/.test(text) ? startOfDay(text, clock) : parseTimestamp(text);
}

/**
 * The first instant of a local day. A change of the offset can make midnight happen twice or not at all, so
 * each offset in force around it is tried.
 */
function startOfDay(day: string, clock: Clock): number | undefined {
  const utcMs = parseTimestamp(`${day}T00:00:00Z`);
  if (utcMs === undefined) return undefined;
  const candidates = [-DAY_MS, 0, DAY_MS]
    .map(distanceMs => utcMs - clock.offsetMinutes(utcMs + distanceMs) * 60_000)
    .sort((a, b) => a - b);
  const isOfDay = (atMs: number): boolean => formatTimestamp(atMs, clock.offsetMinutes(atMs)).startsWith(day);
  return candidates.find(isOfDay) ?? candidates.at(-1);
}

/** The first and last day whose files can hold events of the period. */
export function daysOf({ sinceMs, untilMs }: Period): { from: string; to: string } {
  return { from: utcDay(sinceMs - FURTHEST_OFFSET_MS), to: utcDay(untilMs - 1 + FURTHEST_OFFSET_MS) };
}

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T00:00:00Z');

function utcDay(instantMs: number): string {
  return new Date(Math.min(Math.max(instantMs, FIRST_MS), LAST_MS)).toISOString().slice(0, 10);
}

/** The earliest instant that a well-filed event of this day's files can have. */
export function earliestOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - FURTHEST_OFFSET_MS;
}

/** The instant that every well-filed event of this day's files lies before. */
export function latestOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS + FURTHEST_OFFSET_MS;
}

/** Whether all well-filed events of this day's files lie in the period. */
export function isWithin(day: string, { sinceMs, untilMs }: Period): boolean {
  return earliestOf(day) >= sinceMs && latestOf(day) <= untilMs;
}
