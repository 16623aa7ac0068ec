/**
 * What really happened, of which no machine knows, and what must be true of it:
 *
 * - an epoch of a task is granted once: nobody else ever hears "yes" for it;
 * - whoever hears "yes" is on the branch, and in the claims log of its machine;
 * - a lease is taken from another machine only after its whole term has passed since its newest beat landed;
 * - whoever hears "no" never holds the lease it asked for;
 * - once all is quiet, every machine knows the same leases, nothing is provisional, and what was lost is another's.
 */
import type { Request } from '../../../tools/lib/claims/decide.js';
import type { TaskClaim } from '../../../tools/lib/claims/fold.js';
import type { Lease } from '../../../tools/lib/claims/lease.js';
import { isRefusal } from '../../../tools/lib/claims/refusal.js';
import { parseBeats, parseClaimFile, taskKey } from '../../../tools/lib/sync/claims/claim-file.js';
import type { Outcome } from '../../../tools/lib/sync/claims/ports.js';
import type { Machine } from './machine.js';
import type { Remote } from './remote.js';
import type { World } from './world.js';

type Tree = Map<string, Buffer>;

const isBeats = (path: string): boolean => path.startsWith('claims/beats/');

interface Call {
  machine: Machine;
  request: Request;
  sinceMs: number;
  isOffline: boolean;
}

export class Truth {
  /** By task and epoch: the lease that somebody was told is theirs. */
  private readonly granted = new Map<string, string>();
  /** By lease id and beat, since when it is on the branch. */
  private readonly beats = new Map<string, { ttl_s: number; atMs: number }>();
  private readonly landed = new Set<string>();
  /** Leases that their askers were told they do not have. */
  private readonly denied = new Set<string>();
  private readonly tips: { tip: string; atMs: number }[] = [];
  /** Tasks from which somebody evicts by force. */
  readonly forced = new Set<string>();
  /** Somebody with force has moved the branch back: an epoch can be granted again. */
  isRewound = false;
  machines: Machine[] = [];
  grants = 0;
  takeovers = 0;

  constructor(
    private readonly world: World,
    private readonly remote: Remote,
  ) {
    remote.landed = commit => this.checkCommit(commit);
  }

  heard({ machine, request, ...call }: Call, outcome: Outcome): void {
    if (request.kind !== 'acquire') return;
    if (isRefusal(outcome)) {
      this.deny(request);
      const { holder, refused } = outcome;
      const isOthers = refused === 'held' && holder?.writer !== machine.writer;
      if (isOthers && !this.isRewound && this.remote.isFair && !call.isOffline)
        this.checkHolder(holder!, call.sinceMs);
      return;
    }
    const lease = outcome.lease!;
    const isLogged = machine.log.ops.some(op => op.op === 'acquire' && op.lease_id === lease.lease_id);
    must(isLogged, 'granted, but not in the log');
    if (lease.provisional) return;
    this.grants++;
    const key = `${lease.task_id} ${lease.epoch}`;
    if (!this.isRewound) {
      must(this.landed.has(lease.lease_id), `granted, but never on the branch: ${key}`);
      must((this.granted.get(key) ?? lease.lease_id) === lease.lease_id, `two holders of ${key}`);
    }
    this.granted.set(key, lease.lease_id);
  }

  /** Whoever is said to hold a task did so at some moment of the call. */
  private checkHolder({ task_id, lease_id }: Lease, sinceMs: number): void {
    const at = this.tips.findLastIndex(({ atMs }) => atMs <= sinceMs);
    const isHeldAt = ({ tip }: { tip: string }): boolean =>
      claimsIn(this.remote.commits.get(tip)!.tree).get(task_id)?.lease?.lease_id === lease_id;
    must(this.tips.slice(Math.max(0, at)).some(isHeldAt), `${task_id} was held by somebody else`);
  }

  deny(request: Request): void {
    if (request.kind === 'acquire') this.denied.add(request.lease_id);
  }

  /** Called for each commit that the server takes. */
  private checkCommit(id: string): void {
    this.tips.push({ tip: id, atMs: this.world.nowMs });
    const commit = this.remote.commits.get(id)!;
    const { parent, tree } = commit;
    const before: Tree = parent === undefined ? new Map() : this.remote.commits.get(parent)!.tree;
    for (const [path, content] of tree) {
      if (before.get(path)?.equals(content)) continue;
      if (isBeats(path)) for (const beat of Object.values(parseBeats(content)!)) this.noteBeat(beat);
      else this.checkClaim(commit, before, { was: before.get(path), is: content });
    }
  }

  private noteBeat({ lease_id, beat, ttl_s }: Pick<Lease, 'lease_id' | 'beat' | 'ttl_s'>): void {
    const key = `${lease_id} ${beat}`;
    if (!this.beats.has(key)) this.beats.set(key, { ttl_s, atMs: this.world.nowMs });
  }

  private isSwept({ message }: { message: string }, taskId: string): boolean {
    return message.includes(`${taskId} is taken from `);
  }

  private checkClaim(
    commit: { name: string; message: string },
    parent: Tree,
    { was, is }: { was: Buffer | undefined; is: Buffer },
  ): void {
    const before = was && parseClaimFile(was)!.claim;
    const { claim, task_id } = parseClaimFile(is)!;
    const present = claim.lease;
    must(claim.epoch >= (before?.epoch ?? 0), 'an epoch went back');
    if (before && claim.epoch === before.epoch && present)
      must(present.lease_id === before.lease?.lease_id, 'another lease at the same epoch');
    // Who ends another's lease, and who puts one of their own in its place, must have waited.
    const isTaken =
      before?.lease && (present ? present.writer !== before.lease.writer : this.isSwept(commit, task_id));
    if (isTaken && !this.forced.has(task_id)) {
      if (before.lease!.writer === commit.name) this.checkOwnEnd(before.lease!);
      else this.checkTakeover(before.lease!, parent);
    }
    if (!present) return;
    this.landed.add(present.lease_id);
    this.noteBeat(present);
  }

  /** The newest beat on this line of commits counts: what was rewound away, whoever came later cannot know. */
  private checkTakeover({ lease_id, beat, task_id }: Lease, parent: Tree): void {
    this.takeovers++;
    const told = [...parent].flatMap(([path, content]) =>
      isBeats(path) ? Object.values(parseBeats(content)!) : [],
    );
    const later = told.filter(other => other.lease_id === lease_id).map(other => other.beat);
    const { ttl_s, atMs } = this.beats.get(`${lease_id} ${Math.max(beat, ...later)}`)!;
    const unchangedMs = this.world.nowMs - atMs;
    must(unchangedMs >= ttl_s * 1000, `${task_id} was taken after ${unchangedMs} ms, of ${ttl_s} s`);
  }

  /** A writer ends a lease of its own by its own clock, which counts from the grant and not from the push. */
  private checkOwnEnd({ writer, boot, mono_ms, ttl_s, task_id }: Lease): void {
    const now = this.machines.find(machine => machine.writer === writer)!.now();
    const heldMs = now.monoMs - mono_ms;
    // After a reboot its wall clock counts, which may have been set since.
    must(
      now.boot !== boot || heldMs >= ttl_s * 1000,
      `${task_id} was ended after ${heldMs} ms, of ${ttl_s} s`,
    );
  }

  checkQuiet(machines: Machine[], tasks: string[]): void {
    const { tip, commits } = this.remote;
    const onBranch = claimsIn(tip === undefined ? new Map() : commits.get(tip)!.tree);
    for (const machine of machines) {
      must(machine.intent === undefined, 'an intent is left');
      for (const task of tasks) checkKnown(machine, task, onBranch.get(task)?.lease);
      for (const { op, task_id, lease_id } of machine.log.ops)
        if (op === 'lost') must(onBranch.get(task_id)?.lease?.lease_id !== lease_id, 'lost, but there');
    }
    for (const lease of this.denied) must(!this.landed.has(lease), 'denied, but on the branch');
  }
}

function claimsIn(tree: Tree): Map<string, TaskClaim> {
  const claims = [...tree].filter(([path]) => !isBeats(path)).map(([, content]) => parseClaimFile(content)!);
  return new Map(claims.map(({ task_id, claim }) => [task_id, claim]));
}

function checkKnown(machine: Machine, task: string, shown: Lease | undefined): void {
  const { writer } = machine;
  const own = machine.log.claimOf(task).lease;
  const foreign = machine.foreign.get(taskKey(task))?.lease;
  must(own?.provisional === undefined, 'provisional when all is quiet');
  if (own) must(shown?.lease_id === own.lease_id, `${writer} holds ${task}, but not on the branch`);
  const expected = shown !== undefined && shown.writer !== writer ? shown.lease_id : undefined;
  must(foreign?.lease_id === expected, `what ${writer} knows of ${task}`);
}

function must(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}
