/**
 * What arrives of claims: the view of other writers' leases follows, and leases of ours that somebody else has now are
 * recorded as lost, so that their owners are told at their next call. What is no claim is passed over and reported.
 */
import type { Op } from '../../claims/fold.js';
import type { Lease } from '../../claims/lease.js';
import type { TreeChange } from '../../git/tree.js';
import type { Arrival } from '../parts.js';
import {
  type Beats,
  LONGEST_BEATS_BYTES,
  LONGEST_CLAIM_BYTES,
  type PlacedClaim,
  parseBeats,
  parseClaimFile,
  taskKey,
  withBeat,
} from './claim-file.js';
import { compareClaims } from './compare.js';
import type { ClaimsPorts, ForeignLease, LocalState } from './ports.js';

type Ports = Pick<ClaimsPorts, 'writer' | 'local' | 'foreign' | 'warn'>;

const CLAIM = /^claims\/([0-9a-f]{2})\/(\1[0-9a-f]{30})\.json$/;
const BEATS = /^claims\/beats\/([a-z0-9][a-z0-9-]{0,40})\.json$/;

export async function arriveClaims(ports: Ports, arrival: Arrival): Promise<void> {
  const claims = await readClaims(ports, arrival);
  const beats = await readBeats(ports, arrival);
  const isWhole = arrival.from === undefined;
  if (claims.length === 0 && beats.length === 0 && !isWhole) return;
  ports.local.change(state => {
    ports.foreign.set(foreignAfter(ports, { claims, beats, state }), isWhole);
    return { ops: lossesIn(state, claims), value: undefined };
  });
}

async function readClaims({ warn }: Ports, { changes, read }: Arrival): Promise<PlacedClaim[]> {
  const found = changes.filter(({ path }) => CLAIM.test(path));
  const placed: PlacedClaim[] = [];
  const there = found.filter(({ kind, path }) => {
    if (kind === 'removed') warn(`${path} was removed from the branch; what is known of the claim stays`);
    return kind !== 'removed';
  });
  for await (const [{ path }, content] of contents(there, read, LONGEST_CLAIM_BYTES)) {
    const claim = content && parseClaimFile(content);
    if (claim && path.endsWith(`/${taskKey(claim.task_id)}.json`)) placed.push(claim);
    else warn(`${path} on the branch is no claim; it is passed over`);
  }
  return placed;
}

async function readBeats({ warn, writer }: Ports, { changes, read }: Arrival): Promise<Beats[]> {
  const own = `claims/beats/${writer}.json`;
  const found = changes.filter(({ path, kind }) => BEATS.test(path) && path !== own && kind !== 'removed');
  const all: Beats[] = [];
  for await (const [{ path }, content] of contents(found, read, LONGEST_BEATS_BYTES)) {
    const beats = content && parseBeats(content);
    if (beats) all.push(beats);
    else warn(`${path} on the branch tells no beats; it is passed over`);
  }
  return all;
}

async function* contents(
  changes: TreeChange[],
  read: Arrival['read'],
  longestBytes: number,
): AsyncGenerator<[TreeChange, Buffer | undefined]> {
  let at = 0;
  const ids = changes.map(({ id }) => id);
  for await (const { content } of read(ids, longestBytes)) {
    const change = changes[at++]!;
    yield [change, change.mode === '100644' ? content : undefined];
  }
}

interface Arrived {
  claims: PlacedClaim[];
  beats: Beats[];
  state: LocalState;
}

function foreignAfter(
  { writer, foreign, warn }: Ports,
  { claims, beats, state }: Arrived,
): Map<string, ForeignLease | undefined> {
  const after = new Map<string, ForeignLease | undefined>();
  const known = (key: string): ForeignLease | undefined =>
    after.has(key) ? after.get(key) : foreign.get(key);
  for (const { task_id, claim } of claims) {
    const key = taskKey(task_id);
    const before = known(key);
    if (before && claim.epoch < before.lease.epoch) {
      warn(`the branch shows an older claim of ${task_id} than before; it is passed over`);
      continue;
    }
    const isForeign = claim.lease !== undefined && claim.lease.writer !== writer;
    after.set(key, isForeign ? seenAs(claim.lease!, before, state) : undefined);
  }
  for (const file of beats) {
    for (const [key, beat] of Object.entries(file)) {
      const before = known(key);
      if (!before) continue;
      const lease = withBeat(before.lease, beat);
      if (lease !== before.lease) after.set(key, seenAs(lease, before, state));
    }
  }
  return after;
}

/** A lease that is as it was has been seen since then. */
function seenAs(lease: Lease, before: ForeignLease | undefined, { now }: LocalState): ForeignLease {
  const isSame = before?.lease.lease_id === lease.lease_id && before.lease.beat >= lease.beat;
  if (isSame) return before;
  const { lease_id, beat } = lease;
  return { lease, seen: { lease_id, beat, boot: now.boot, mono_ms: now.monoMs } };
}

function lossesIn(state: LocalState, claims: PlacedClaim[]): Op[] {
  const ours = new Map(state.leases.map(lease => [lease.task_id, lease]));
  return claims.flatMap(({ task_id, claim }) => {
    // One of ours that the log does not know yet is about to be appended, together with the end of the one before.
    if (!ours.has(task_id) || claim.lease?.writer === state.now.writer) return [];
    const side = { writer: state.now.writer, isOver: () => true };
    const { lost, claim: present } = compareClaims(state.claimOf(task_id), claim, side);
    return lost ? [lossOf(lost, present.lease, state)] : [];
  });
}

/** A lease of ours that is ours no more. */
export function lossOf(lease: Lease, holder: Lease | undefined, { now }: Pick<LocalState, 'now'>): Op {
  const { task_id, lease_id, epoch, agent, writer, worktree } = lease;
  const reason = holder ? `${holder.agent} (${holder.writer}) has it` : 'it was ended on the branch';
  const actor = holder?.agent ?? agent;
  return { ts: now.ts, op: 'lost', task_id, lease_id, epoch, agent, writer, worktree, actor, reason };
}
