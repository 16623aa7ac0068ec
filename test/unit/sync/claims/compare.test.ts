/** What is true of a task when the log and the branch differ; the protocol page has the table. */
import { expect, test } from 'vitest';
import type { TaskClaim } from '../../../../tools/lib/claims/fold.js';
import type { Lease } from '../../../../tools/lib/claims/lease.js';
import { compareClaims } from '../../../../tools/lib/sync/claims/compare.js';

const lease = (writer: string, epoch: number, lease_id = `${writer}-${epoch}`): Lease =>
  ({ task_id: 'T', lease_id, epoch, writer, agent: 'cls', worktree: 'main', ttl_s: 60 }) as unknown as Lease;
const held = (writer: string, epoch: number, id?: string): TaskClaim => ({
  ...{ epoch, lease: lease(writer, epoch, id), isCompleted: false },
});
const free = (epoch: number, isCompleted = false): TaskClaim => ({ epoch, lease: undefined, isCompleted });
const inForce = { writer: 'me', isOver: () => false };
const over = { writer: 'me', isOver: () => true };

test('our lease that the branch shows is ours', () => {
  const local = held('me', 3);
  expect(compareClaims(local, held('me', 3), inForce)).toEqual({
    claim: local,
    lost: undefined,
    isAhead: false,
  });
});

test('what we did and the branch lacks is to be sent', () => {
  expect(compareClaims(held('me', 4), free(3), inForce).isAhead).toBe(true);
  expect(compareClaims(free(4, true), free(3), inForce)).toMatchObject({
    isAhead: true,
    claim: free(4, true),
  });
  expect(compareClaims(free(3), held('me', 3), inForce)).toMatchObject({ isAhead: true, claim: free(3) });
  expect(compareClaims(held('me', 4), held('you', 3), over)).toMatchObject({
    isAhead: true,
    lost: undefined,
  });
});

test('a rival in force makes void what we were granted offline, and its epoch is not used again', () => {
  const compared = compareClaims(held('me', 4), held('you', 3), inForce);
  expect(compared.lost).toEqual(lease('me', 4));
  expect(compared.isAhead).toBe(false);
  expect(compared.claim).toMatchObject({ epoch: 4, lease: lease('you', 3) });
  expect(compareClaims(free(4), held('you', 3), inForce).claim.lease).toEqual(lease('you', 3));
});

test('another lease at our epoch or beyond it: lost', () => {
  expect(compareClaims(held('me', 3), held('you', 3), over).lost).toBeDefined();
  expect(compareClaims(held('me', 3), free(3), over).lost).toBeDefined();
  expect(compareClaims(held('me', 3), free(5, true), over)).toMatchObject({
    ...{ lost: lease('me', 3), claim: { epoch: 5, isCompleted: true } },
  });
});

test('a lease of ours that no log knows is nobody’s', () => {
  expect(compareClaims(free(2), held('me', 3), inForce).claim).toEqual(free(3));
  expect(compareClaims(held('me', 2), held('me', 3), inForce)).toMatchObject({
    claim: free(3),
    lost: lease('me', 2),
  });
});
