/** The lease rules, one by one. */
import { expect, test } from 'vitest';
import { type Circumstances, decide, type Request } from '../../../tools/lib/claims/decide.js';
import { applyOp, type Op, type TaskClaim, UNCLAIMED } from '../../../tools/lib/claims/fold.js';
import { isRefusal, type Refusal } from '../../../tools/lib/claims/refusal.js';
import { acquiring, around, momentAt, ownerNamed } from '../../support/claims.js';

const cls = ownerNamed('cls');
const andy = ownerNamed('andy');
const mine = { kind: 'renew' as const, about: {}, reason: null };

function grant(
  claim: TaskClaim,
  request: Request,
  circumstances: Circumstances,
): { claim: TaskClaim; ops: Op[] } {
  const decision = decide('T-1', claim, request, circumstances);
  if (isRefusal(decision)) throw new Error(`refused: ${decision.message}`);
  return { claim: decision.ops.reduce(applyOp, claim), ops: decision.ops };
}

function refuse(claim: TaskClaim, request: Request, circumstances: Circumstances): Refusal {
  const decision = decide('T-1', claim, request, circumstances);
  if (!isRefusal(decision)) throw new Error(`granted: ${JSON.stringify(decision.ops)}`);
  return decision;
}

const held = (ttl_s = 600): TaskClaim => grant(UNCLAIMED, acquiring(ttl_s), around(cls, momentAt(0))).claim;

test('a free task is granted; the next who asks learns who holds it, since when and until when', () => {
  const claim = held();
  expect(claim).toMatchObject({ epoch: 1, lease: { agent: 'cls', epoch: 1, ttl_s: 600, beat: 0 } });
  const refusal = refuse(claim, acquiring(), around(andy, momentAt(60)));
  expect(refusal).toMatchObject({ refused: 'held', holder: { agent: 'cls' }, retry_after_s: 540 });
  expect(refusal.message).toBe(
    'is held by cls (mbp-1, main) since 2026-11-24T10:00:00.000+00:00 until 2026-11-24T10:10:00.000+00:00',
  );
});

test('acquiring one’s own lease renews it; the same agent in another worktree is another holder', () => {
  const { claim, ops } = grant(held(), acquiring(900), around(cls, momentAt(60)));
  expect(ops.map(({ op }) => op)).toEqual(['renew']);
  expect(claim.lease).toMatchObject({ epoch: 1, ttl_s: 900, beat: 1, age_ms: 60_000 });
  expect(refuse(held(), acquiring(), around(ownerNamed('cls', 'feature'), momentAt(60))).refused).toBe(
    'held',
  );
  expect(
    refuse(held(), acquiring(), around(ownerNamed('cls', 'main', 'other-2'), momentAt(60))).refused,
  ).toBe('held');
});

test('a lease that has ended is taken over under a higher epoch, and the late owner can do nothing', () => {
  const { claim, ops } = grant(held(), acquiring(), around(andy, momentAt(600)));
  expect(ops.map(({ op, epoch, agent, actor }) => [op, epoch, agent, actor])).toEqual([
    ['auto-evict', 1, 'cls', 'andy'],
    ['acquire', 2, 'andy', 'andy'],
  ]);
  const { lease_id } = held().lease!;
  for (const kind of ['renew', 'heartbeat', 'release', 'complete'] as const) {
    for (const about of [{}, { epoch: 1 }, { lease_id }]) {
      const refusal = refuse(claim, { kind, about, reason: null }, around(cls, momentAt(601)));
      expect(refusal).toMatchObject({ refused: 'lost', holder: { agent: 'andy', epoch: 2 } });
    }
  }
});

test('an ended lease that nobody took over is still its owner’s to renew, with a warning', () => {
  const decision = decide('T-1', held(), mine, around(cls, momentAt(700)));
  expect(decision).toMatchObject({
    ops: [{ op: 'renew', epoch: 1 }],
    warning: expect.stringMatching(/had ended/),
  });
});

test('epochs grow over release, eviction and completion', () => {
  let { claim } = grant(held(), { kind: 'release', about: {}, reason: null }, around(cls, momentAt(1)));
  ({ claim } = grant(claim, acquiring(), around(andy, momentAt(2))));
  const evict = { kind: 'evict' as const, reason: 'stuck', isForced: true };
  ({ claim } = grant(claim, evict, around(cls, momentAt(3))));
  ({ claim } = grant(claim, acquiring(), around(cls, momentAt(4))));
  ({ claim } = grant(claim, { kind: 'complete', about: {}, reason: null }, around(cls, momentAt(5))));
  expect(claim).toEqual({ epoch: 3, lease: undefined, isCompleted: true });
  expect(refuse(claim, acquiring(), around(cls, momentAt(6))).refused).toBe('finished');
  ({ claim } = grant(claim, acquiring(600, { reopens: true }), around(cls, momentAt(6))));
  expect(claim.lease?.epoch).toBe(4);
});

test('evicting a lease in force needs force; one that has ended or is stale does not', () => {
  const evict = { kind: 'evict' as const, reason: 'gone', isForced: false };
  expect(refuse(held(), evict, around(andy, momentAt(1)))).toMatchObject({
    refused: 'held',
    message: expect.stringMatching(/--force/),
  });
  expect(grant(held(), evict, around(andy, momentAt(601))).ops[0]?.op).toBe('auto-evict');
  expect(grant(held(), evict, around(andy, momentAt(1), { isStale: true })).ops[0]?.op).toBe('auto-evict');
  expect(grant(held(), { ...evict, isForced: true }, around(andy, momentAt(1))).ops[0]?.op).toBe(
    'force-evict',
  );
});

test('nobody’s task: releasing it is unknown, and a former owner is told that the lease is gone', () => {
  const release = { kind: 'release' as const, about: {}, reason: null };
  expect(refuse(UNCLAIMED, release, around(cls, momentAt(1))).refused).toBe('unknown');
  const { claim } = grant(held(), release, around(cls, momentAt(1)));
  expect(refuse(claim, { ...release, about: { epoch: 1 } }, around(cls, momentAt(2))).refused).toBe('lost');
});

test('leases without an end are limited, for each agent and for all', () => {
  const endless = acquiring(0, { reason: 'pairing' });
  const full = { indefinite: { byAgent: 2, inAll: 2 } };
  expect(refuse(UNCLAIMED, endless, around(cls, momentAt(0), full)).refused).toBe('limit');
  const crowded = { indefinite: { byAgent: 0, inAll: 10 } };
  expect(refuse(UNCLAIMED, endless, around(cls, momentAt(0), crowded)).refused).toBe('limit');
  const { claim } = grant(UNCLAIMED, endless, around(cls, momentAt(0)));
  expect(claim.lease).toMatchObject({ ttl_s: 0, expires_at: null, reason: 'pairing' });
  expect(refuse(claim, acquiring(), around(andy, momentAt(1e9))).retry_after_s).toBeNull();
  expect(refuse(held(), { ...mine, ttl_s: 0 }, around(cls, momentAt(1), full)).refused).toBe('limit');
});

test('a beat does not prolong a lease beyond its longest life', () => {
  const limits = { maxLifetime_s: 1000, maxIndefinitePerAgent: 2, maxIndefinite: 10 };
  const { claim } = grant(held(), mine, around(cls, momentAt(500), { limits }));
  expect(claim.lease?.ttl_s).toBe(500);
  expect(refuse(claim, mine, around(cls, momentAt(1000), { limits }))).toMatchObject({ refused: 'limit' });
  expect(grant(claim, acquiring(), around(andy, momentAt(1000), { limits })).claim.lease?.agent).toBe('andy');
});
