/** What a caller is told after its request was written down. */
import { expect, test } from 'vitest';
import type { ClaimOp } from '../../../../tools/lib/claims/fold.js';
import { outcomeOf } from '../../../../tools/lib/sync/claims/apply-decision.js';
import type { ClaimsPorts, Wish } from '../../../../tools/lib/sync/claims/ports.js';

const ID = '00000000-0000-7000-8000-000000000001';
const OWNER = { agent: 'cls', writer: 'w-1', worktree: 'main' };
const RENEWED = { op: 'renew', task_id: 'T-1', lease_id: ID, epoch: 1 } as ClaimOp;

const wish = (kind: 'acquire' | 'release'): Wish => ({
  ...{ id: 'a', taskId: 'T-1', owner: OWNER },
  request:
    kind === 'acquire'
      ? { kind, lease_id: '00000000-0000-7000-8000-000000000002', ttl_s: 20, reason: null, reopens: false }
      : { kind, about: {}, reason: null },
});

/** The ports of a machine whose claims log has no lease of the task. */
const released = {
  local: { change: (decide: (state: unknown) => { value: unknown }) => decide({ claimOf: () => ({}) }) },
  foreign: { get: () => undefined },
} as unknown as Pick<ClaimsPorts, 'local' | 'foreign'>;

test('a lease that another process of its owner released meanwhile is lost to who renewed it', () => {
  const outcome = outcomeOf(released, wish('acquire'), { ops: [RENEWED], warning: undefined });
  expect(outcome).toMatchObject({ refused: 'lost', holder: null });
});

test('who releases a lease is told that it is done', () => {
  const outcome = outcomeOf(released, wish('release'), { ops: [RENEWED], warning: undefined });
  expect(outcome).toEqual({ ops: [RENEWED], lease: undefined, warning: undefined });
});
