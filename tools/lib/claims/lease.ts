/**
 * Leases and time. When does a lease end?
 *
 * - The writer that holds it, in the boot of its last beat: by the monotonic clock. No step of the wall clock
 *   prolongs or ends it.
 * - The same writer after a reboot (or where boots cannot be told apart): by its own wall clock.
 * - Another writer's lease: only once it has stayed unchanged for its whole term as seen by the observer's
 *   own monotonic clock. A fast clock steals nothing; a lease never observed has not ended.
 *
 * A lease without an end (`ttl_s` 0) ends only by release or eviction.
 */
import { formatTimestamp, parseTimestamp } from '../clock.js';
import type { Term } from '../record/generated/claim-op.js';
import type { Lease } from '../record/generated/lease.js';
import type { Moment } from './moment.js';

export type { Lease, Term };

/** When an observer first saw a lease as it is now. */
export interface Observation {
  lease_id: string;
  /** The beat it saw. */
  beat: number;
  boot: string | null;
  mono_ms: number;
}

/** How long the lease still lasts, ms; 0 or less: it has ended; null: it has no end. */
export function remainingMs(lease: Lease, now: Moment, seen?: Observation): number | null {
  if (lease.ttl_s === 0) return null;
  const termMs = lease.ttl_s * 1000;
  if (lease.writer !== now.writer) return termMs - unchangedMs(lease, now, seen);
  if (isSameBoot(lease.boot, now.boot)) return termMs - (now.monoMs - lease.mono_ms);
  return parseTimestamp(lease.expires_at ?? '')! - now.wallMs;
}

export function hasEnded(lease: Lease, now: Moment, seen?: Observation): boolean {
  const rest = remainingMs(lease, now, seen);
  return rest !== null && rest <= 0;
}

/** For how long an observer has seen another writer's lease as it is now; 0 when it never did. */
export function unchangedMs(lease: Lease, now: Moment, seen: Observation | undefined): number {
  const isOfThisBeat = seen?.lease_id === lease.lease_id && seen.beat === lease.beat;
  return isOfThisBeat && isSameBoot(seen.boot, now.boot) ? now.monoMs - seen.mono_ms : 0;
}

function isSameBoot(a: string | null, b: string | null): boolean {
  return a !== null && a === b;
}

/** For how long it has been held, ms, by the clock of its holder. */
function ageMs(lease: Lease, now: Moment): number {
  const sinceBeat = isSameBoot(lease.boot, now.boot)
    ? now.monoMs - lease.mono_ms
    : now.wallMs - parseTimestamp(lease.last_beat)!;
  return lease.age_ms + Math.max(0, sinceBeat);
}

/**
 * The next term of a lease: `ttl_s` from now, but not beyond its longest life.
 * @param held the lease as it is; undefined for a new one
 * @returns undefined when its life is over
 */
export function nextTerm(
  held: Lease | undefined,
  ttl_s: number,
  now: Moment,
  maxLifetime_s: number,
): Term | undefined {
  const age_ms = held ? ageMs(held, now) : 0;
  const rest_s = Math.trunc(maxLifetime_s - age_ms / 1000);
  if (ttl_s !== 0 && rest_s < 1) return undefined;
  const lasts_s = ttl_s === 0 ? 0 : Math.min(ttl_s, rest_s);
  const expires_at = lasts_s === 0 ? null : formatTimestamp(now.wallMs + lasts_s * 1000, now.offsetMinutes);
  return { ttl_s: lasts_s, expires_at, boot: now.boot, mono_ms: now.monoMs, age_ms };
}
