/** When others are told that leases of this writer were prolonged: no more often than a third of the shortest term. */
import type { Lease } from '../../claims/lease.js';
import type { FileChange } from '../../git/build-commit.js';
import { beatsPath, formatBeats } from './claim-file.js';
import type { LocalState, SentBeats } from './ports.js';

export interface DueBeats {
  change: FileChange;
  sent: SentBeats;
}

/** @returns the file that is due; undefined: nothing new, or too early */
export function dueBeats({ leases, sent, now }: LocalState, writer: string): DueBeats | undefined {
  const told = leases.filter(({ beat, provisional }) => beat > 0 && !provisional);
  const fresh = told.filter(({ lease_id, beat }) => sent.beats[lease_id]?.beat !== beat);
  if (fresh.length === 0) return undefined;
  // Who only saw the shorter term would wait no longer than that.
  const isChanged = fresh.some(lease => lease.ttl_s !== (sent.beats[lease.lease_id]?.ttl_s ?? lease.ttl_s));
  const isSameBoot = sent.at !== undefined && sent.at.boot !== null && sent.at.boot === now.boot;
  const isEarly = isSameBoot && now.monoMs - sent.at!.monoMs < shortestMs(told) / 3;
  if (isEarly && !isChanged) return undefined;
  const beats = Object.fromEntries(told.map(({ lease_id, beat, ttl_s }) => [lease_id, { beat, ttl_s }]));
  return {
    change: { path: beatsPath(writer), content: formatBeats(told) },
    sent: { at: { boot: now.boot, monoMs: now.monoMs }, beats },
  };
}

function shortestMs(leases: Lease[]): number {
  return Math.min(...leases.map(({ ttl_s }) => (ttl_s === 0 ? Infinity : ttl_s * 1000)));
}
