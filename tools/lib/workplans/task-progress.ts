/** The progress of the tasks of workplans: what the ledger says, under either id, and the leases in force. */
import { hasEnded, type Lease, type Observation } from '../claims/lease.js';
import { momentNow } from '../claims/moment.js';
import { readLeases } from '../claims/store.js';
import { type Clock, parseTimestamp } from '../clock.js';
import { Skipped } from '../ledger/skipped.js';
import type { Place } from '../root/workspace.js';
import { knownWriter } from '../root/writer.js';
import { joined, type Progress, statusOf, withLease } from './progress.js';
import type { TaskTable } from './progress-cache.js';
import { ProgressReader } from './read-progress.js';
import type { TaskStatus } from './task-status.js';

interface TaskIds {
  id: string;
  hubId?: string | undefined;
}

export class TaskProgress {
  constructor(
    private readonly known: Pick<TaskTable, 'get' | 'ids' | 'status'>,
    private readonly leases: Map<string, Lease> = new Map(),
  ) {}

  /** What ledger and claims say; undefined when neither knows the task. */
  of(task: TaskIds): Progress | undefined {
    const progress = this.told(task);
    const lease = this.holder(task);
    return lease ? withLease(progress, lease.agent, parseTimestamp(lease.acquired_at) ?? 0) : progress;
  }

  /** The status that it comes to. */
  statusOf(task: TaskIds): TaskStatus | undefined {
    if (task.hubId === undefined && this.holder(task) === undefined) return this.known.status(task.id);
    const progress = this.of(task);
    return progress && statusOf(progress);
  }

  /** What the ledger alone says. */
  told({ id, hubId }: TaskIds): Progress | undefined {
    const own = this.known.get(id);
    const other = hubId === undefined ? undefined : this.known.get(hubId);
    return own && other ? joined(own, other) : (own ?? other);
  }

  /** The lease in force. */
  holder({ id, hubId }: TaskIds): Lease | undefined {
    return this.leases.get(id) ?? (hubId === undefined ? undefined : this.leases.get(hubId));
  }

  /** Every task of the ledger. */
  ids(): Iterable<string> {
    return this.known.ids();
  }
}

export interface ProgressContext {
  clock: Clock;
  warn(message: string): void;
}

/** Reads the ledger and the claims of a root, each time what is new. It writes nothing but its cache. */
export class TaskProgressReader {
  private readonly ledger: ProgressReader;

  constructor(
    private readonly place: Place,
    private readonly context: ProgressContext,
    /** Other writers' leases, and since when each is seen as it is. */
    private readonly readForeignLeases: (place: Place) => { lease: Lease; seen: Observation }[],
  ) {
    this.ledger = new ProgressReader(place);
  }

  read(): TaskProgress {
    const { clock, warn } = this.context;
    const skipped = new Skipped();
    const known = this.ledger.read(skipped);
    skipped.takeMessages().forEach(warn);
    const now = momentNow(clock, knownWriter(this.place.control) ?? '');
    const held = new Map<string, Lease>();
    for (const { lease, seen } of this.readForeignLeases(this.place))
      if (!hasEnded(lease, now, seen)) held.set(lease.task_id, lease);
    for (const [taskId, lease] of readLeases(this.place, warn)) {
      // Another writer's with a higher epoch has taken the place of ours.
      if (!hasEnded(lease, now) && lease.epoch >= (held.get(taskId)?.epoch ?? 0)) held.set(taskId, lease);
    }
    return new TaskProgress(known, held);
  }
}
