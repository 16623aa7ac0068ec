/** What claims across machines need of the world: the real one, or that of the simulation. */
import type { Circumstances, Owner, Request } from '../../claims/decide.js';
import type { ClaimOp, Op, TaskClaim } from '../../claims/fold.js';
import type { Lease, Observation } from '../../claims/lease.js';
import type { LogHead } from '../../claims/log.js';
import type { Moment } from '../../claims/moment.js';
import type { Refusal } from '../../claims/refusal.js';
import type { ClaimIntent } from '../../record/generated/claim-intent.js';
import type { BranchAccess, Time } from '../advance.js';
import type { Arrival } from '../parts.js';

/** A request that the branch decides. */
export interface Wish {
  /** Unique; of an acquire: its lease id. */
  id: string;
  taskId: string;
  owner: Owner;
  /** Undefined: only that the branch is told what of this task is in the claims log. */
  request: Request | undefined;
  /** The session of the events that tell of it. */
  session?: string | undefined;
}

/** What came of a wish. */
export type Outcome = { ops: ClaimOp[]; lease: Lease | undefined; warning: string | undefined } | Refusal;

/** The claims of this writer as they are under the claims lock. */
export interface LocalState {
  now: Moment;
  limits: Circumstances['limits'];
  head: LogHead;
  claimOf(taskId: string): TaskClaim;
  /** Those of this writer that are held. */
  leases: Lease[];
  isWorktreeGone(worktree: string): boolean;
  /** Tasks of which the branch was not told everything. */
  pending: string[];
  sent: SentBeats;
}

/** Which beats others were told of, and when. */
export interface SentBeats {
  at: Pick<Moment, 'boot' | 'monoMs'> | undefined;
  /** By lease id. */
  beats: Record<string, { beat: number; ttl_s: number }>;
}

export interface LocalClaims {
  /** Runs `action` under the claims lock and appends the ops that it returns; they are on disk afterwards. */
  change<T>(action: (state: LocalState) => { ops: Op[]; value: T }, wishes?: Wish[]): Changed<T>;
  /** Notes how far the branch has been told. A view. */
  markSent(head: LogHead, beats: SentBeats | undefined): void;
}

export interface Changed<T> {
  value: T;
  ops: ClaimOp[];
  /** The log before and after. */
  before: LogHead;
  after: LogHead;
}

/** A lease of another writer, as of its newest beat, and since when it has been seen so. */
export interface ForeignLease {
  lease: Lease;
  seen: Observation;
}

/** What is known of other writers' leases: a view, written when something arrives. */
export interface ForeignLeases {
  /** False once the view was lost. */
  isWhole(): boolean;
  get(key: string): ForeignLease | undefined;
  all(): ForeignLease[];
  /**
   * @param changes by task key; undefined: nobody else holds it
   * @param isWhole that is all there is
   */
  set(changes: Map<string, ForeignLease | undefined>, isWhole: boolean): void;
}

/** What is about to be pushed, synced before it is: see `schemas/v1/claim-intent.json`. */
export interface Intents {
  read(): ClaimIntent | undefined;
  write(intent: ClaimIntent): void;
  clear(): void;
}

export interface ClaimsPorts {
  writer: string;
  branch: BranchAccess;
  time: Time;
  local: LocalClaims;
  foreign: ForeignLeases;
  intents: Intents;
  tip: { read(): string | undefined; write(tip: string | undefined): void };
  /** Checks and takes over what arrived, claims among it. @throws Failure `rewound` */
  arrive(from: string | undefined, to: string | undefined): Promise<void>;
  /** What changed between two tips that are here; undefined: everything is new. */
  arrivalOf(from: string | undefined, to: string): Promise<Arrival>;
  newId(): string;
  warn(message: string): void;
}

export interface ServeOptions {
  deadlineMs: number;
  /** Refusals in a row that met no new tip. */
  retries: number;
  isOffline: boolean;
  /** Without the remote: a provisional lease, or none. */
  offlineMode: 'local' | 'fail';
  /** Another writer's lease that has not changed for so long is stale. */
  staleAfterMs: number | undefined;
  /** Those who have come since: the next try serves them, too. */
  more?(): Wish[];
}
