/**
 * Claims as they lie on the branch: one small file a task, `claims/<2 hex>/<task key>.json`, that any writer may change, and
 * one file a writer, `claims/beats/<writer>.json`, that says how often its leases were prolonged since.
 */
import type { TaskClaim } from '../../claims/fold.js';
import type { Lease } from '../../claims/lease.js';
import type { Beat, BranchBeats } from '../../record/generated/branch-beats.js';
import type { BranchClaim } from '../../record/generated/branch-claim.js';
import { validateBranchBeats } from '../../record/generated/validate-branch-beats.js';
import { validateBranchClaim } from '../../record/generated/validate-branch-claim.js';
import { validateLease } from '../../record/generated/validate-lease.js';
import { sha256Hex } from '../../sha256.js';

export const LONGEST_CLAIM_BYTES = 64 * 1024;
export const LONGEST_BEATS_BYTES = 16 * 1024 * 1024;

/** The name of a task's file: tasks have any name, files have not. */
export function taskKey(taskId: string): string {
  return sha256Hex(taskId).slice(0, 32);
}

export function claimPath(taskId: string): string {
  const key = taskKey(taskId);
  return `claims/${key.slice(0, 2)}/${key}.json`;
}

export function beatsPath(writer: string): string {
  return `claims/beats/${writer}.json`;
}

export interface PlacedClaim {
  task_id: string;
  claim: TaskClaim;
}

/** @returns undefined for what is no claim: the remote is not trusted */
export function parseClaimFile(bytes: Uint8Array): PlacedClaim | undefined {
  const value = parseJson(bytes);
  if (!validateBranchClaim(value)) return undefined;
  const { task_id, epoch, is_completed, lease } = value as BranchClaim;
  if (lease !== null && !isLeaseOf(lease, { task_id, epoch })) return undefined;
  if (lease !== null && is_completed) return undefined;
  return { task_id, claim: { epoch, lease: lease === null ? undefined : lease, isCompleted: is_completed } };
}

function isLeaseOf(lease: unknown, of: Pick<BranchClaim, 'task_id' | 'epoch'>): lease is Lease {
  if (!validateLease(lease)) return false;
  const { task_id, epoch } = lease as Lease;
  return task_id === of.task_id && epoch === of.epoch;
}

export function formatClaimFile(task_id: string, { epoch, lease, isCompleted }: TaskClaim): string {
  const value = { schema_version: 1, task_id, epoch, is_completed: isCompleted, lease: lease ?? null };
  return `${JSON.stringify(value)}\n`;
}

export type Beats = BranchBeats['beats'];
export type { Beat };

/** By task key. @returns undefined for what is no such file */
export function parseBeats(bytes: Uint8Array): Beats | undefined {
  const value = parseJson(bytes);
  return validateBranchBeats(value) ? (value as BranchBeats).beats : undefined;
}

/** What others are told of the leases of this writer; a lease that was never prolonged is told by its claim. */
export function formatBeats(leases: Iterable<Lease>): string {
  const beats: Beats = {};
  for (const { task_id, lease_id, beat, ttl_s, expires_at, last_beat } of leases) {
    if (beat > 0) beats[taskKey(task_id)] = { lease_id, beat, ttl_s, expires_at, last_beat };
  }
  return `${JSON.stringify({ schema_version: 1, beats })}\n`;
}

/** A lease as of its newest beat. */
export function withBeat(lease: Lease, beat: Beat | undefined): Lease {
  if (beat?.lease_id !== lease.lease_id || beat.beat <= lease.beat) return lease;
  const { ttl_s, expires_at, last_beat } = beat;
  return { ...lease, beat: beat.beat, ttl_s, expires_at, last_beat };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
