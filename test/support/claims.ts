/** Moments and circumstances for tests of the lease rules: a machine whose clocks the test sets. */
import type { Circumstances, Owner, Request } from '../../tools/lib/claims/decide.js';
import type { Moment } from '../../tools/lib/claims/moment.js';
import { formatTimestamp } from '../../tools/lib/clock.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';

/** 2026-11-24T10:00:00Z. */
const TEN_MS = Date.UTC(2026, 10, 24, 10);

export function momentAt(seconds: number, of: Partial<Moment> = {}): Moment {
  const wallMs = TEN_MS + seconds * 1000;
  const ts = formatTimestamp(wallMs, 0);
  return { wallMs, ts, offsetMinutes: 0, boot: 'boot-1', monoMs: seconds * 1000, writer: 'mbp-1', ...of };
}

export function ownerNamed(agent: string, worktree = 'main', writer = 'mbp-1'): Owner {
  return { agent, writer, worktree };
}

export function around(owner: Owner, now: Moment, of: Partial<Circumstances> = {}): Circumstances {
  return {
    owner,
    now,
    isStale: false,
    indefinite: { byAgent: 0, inAll: 0 },
    limits: { maxLifetime_s: 86_400, maxIndefinitePerAgent: 2, maxIndefinite: 10 },
    ...of,
  };
}

export function acquiring(ttl_s = 600, of: Partial<Extract<Request, { kind: 'acquire' }>> = {}): Request {
  return { kind: 'acquire', lease_id: uuidV7(TEN_MS), ttl_s, reason: null, reopens: false, ...of };
}
