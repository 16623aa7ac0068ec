/** When a lease ends, whatever the clocks do. */
import { expect, test } from 'vitest';
import { decide } from '../../../tools/lib/claims/decide.js';
import { applyOp, UNCLAIMED } from '../../../tools/lib/claims/fold.js';
import { hasEnded, type Lease, remainingMs } from '../../../tools/lib/claims/lease.js';
import { isRefusal } from '../../../tools/lib/claims/refusal.js';
import { uuidV7 } from '../../../tools/lib/record/ids.js';
import { acquiring, around, momentAt, ownerNamed } from '../../support/claims.js';

const ID = uuidV7(0);

/** Held for 600 s from second 0 on. */
function lease(of: Partial<Lease> = {}): Lease {
  const decision = decide(
    'T-1',
    UNCLAIMED,
    acquiring(600, { lease_id: ID }),
    around(ownerNamed('cls'), momentAt(0)),
  );
  if (isRefusal(decision)) throw new Error(decision.message);
  return { ...decision.ops.reduce(applyOp, UNCLAIMED).lease!, ...of };
}

const HOUR_MS = 3_600_000;

test('in one boot no step of the wall clock ends or prolongs it', () => {
  const ahead = momentAt(599, { wallMs: momentAt(599).wallMs + HOUR_MS });
  expect(remainingMs(lease(), ahead)).toBe(1000);
  const behind = momentAt(600, { wallMs: momentAt(600).wallMs - HOUR_MS });
  expect(hasEnded(lease(), behind)).toBe(true);
});

test('after a reboot the same writer goes by its wall clock: a reboot grants no fresh term', () => {
  const booted = { boot: 'boot-2', monoMs: 5000 };
  expect(hasEnded(lease(), momentAt(599, booted))).toBe(false);
  expect(hasEnded(lease(), momentAt(600, booted))).toBe(true);
  const unknown = { boot: null, monoMs: 5000 };
  expect(hasEnded(lease({ boot: null }), momentAt(599, unknown))).toBe(false);
  expect(hasEnded(lease({ boot: null }), momentAt(600, unknown))).toBe(true);
});

test('another writer’s lease ends only after its whole term unchanged before the observer’s eyes', () => {
  const observer = (seconds: number, boot = 'here-1') =>
    momentAt(seconds + HOUR_MS, { writer: 'box-2', boot, monoMs: seconds * 1000 });
  const seen = { lease_id: ID, beat: 0, boot: 'here-1', mono_ms: 100_000 };
  expect(hasEnded(lease(), observer(1e6))).toBe(false);
  expect(hasEnded(lease(), observer(699), seen)).toBe(false);
  expect(hasEnded(lease(), observer(700), seen)).toBe(true);
  expect(hasEnded(lease({ beat: 1 }), observer(700), seen)).toBe(false);
  expect(hasEnded(lease(), observer(700, 'here-2'), seen)).toBe(false);
});

test('one without an end does not end', () => {
  expect(remainingMs(lease({ ttl_s: 0, expires_at: null }), momentAt(1e9))).toBeNull();
});
