/** The progress of the tasks of workplans: what the ledger says, under either id, and the leases in force. */
import { hasEnded, type Lease } from '../claims/lease.js';
import { momentNow } from '../claims/moment.js';
import { readLeases } from '../claims/store.js';
import { type Clock, parseTimestamp } from '../clock.js';
import type { Skipped } from '../ledger/skipped.js';
import type { Place } from '../root/workspace.js';
import { knownWriter } from '../root/writer.js';
import type { WorkplanTask } from './parse.js';
import { joined, type Progress, withLease } from './progress.js';
import { readProgress } from './read-progress.js';

export class TaskProgress {
  constructor(
    private readonly known: Map<string, Progress>,
    private readonly leases: Map<string, Lease> = new Map(),
  ) {}

  /** Undefined when the ledger does not know the task. */
  of({ id, hubId }: Pick<WorkplanTask, 'id' | 'hubId'>): Progress | undefined {
    const own = this.known.get(id);
    const other = hubId === undefined ? undefined : this.known.get(hubId);
    const progress = own && other ? joined(own, other) : (own ?? other);
    const lease = this.leases.get(id) ?? (hubId === undefined ? undefined : this.leases.get(hubId));
    return lease ? withLease(progress, lease.agent, parseTimestamp(lease.acquired_at) ?? 0) : progress;
  }

  /** Every task of the ledger. */
  ids(): Iterable<string> {
    return this.known.keys();
  }
}

/** Reads the ledger and the claims of a root. It writes nothing but its cache. */
export function readTaskProgress(
  place: Place,
  { clock, skipped, warn }: { clock: Clock; skipped: Skipped; warn: (message: string) => void },
): TaskProgress {
  const known = readProgress(place, skipped);
  const now = momentNow(clock, knownWriter(place.control) ?? '');
  const held = [...readLeases(place, warn)].filter(([, lease]) => !hasEnded(lease, now));
  return new TaskProgress(known, new Map(held));
}
