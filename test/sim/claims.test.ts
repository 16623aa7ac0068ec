/**
 * Random histories on the lease rules, against the plainest model there is: who was granted what, and what time
 * it really was. A machine with one writer and several agents and worktrees; its wall clock is set to and
 * fro, it reboots, it dies between any two steps of an operation, and loses its views.
 */
import { expect, test } from 'vitest';
import { decide, type Owner, type Request } from '../../tools/lib/claims/decide.js';
import { applyOp, type Op, type TaskClaim, UNCLAIMED } from '../../tools/lib/claims/fold.js';
import { isRefusal } from '../../tools/lib/claims/refusal.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { around, momentAt, ownerNamed } from '../support/claims.js';
import { rounds, seededRandom } from '../support/rounds.js';

const OWNERS = [ownerNamed('cls'), ownerNamed('andy'), ownerNamed('cls', 'feature'), ownerNamed('hybrid')];
const STEPS = 40;

class History {
  private readonly random: () => number;
  /** What really is: seconds since the beginning, of which no rule may know. */
  private trueS = 0;
  private bootedS = 0;
  private boots = 1;
  private wallAheadS = 0;
  private readonly log: Op[] = [];
  private claim: TaskClaim = UNCLAIMED;
  private highestEpoch = 0;
  private granted:
    | { lease_id: string; owner: Owner; endsS: number; boot: number; wallEndS: number }
    | undefined;
  private readonly former: { lease_id: string; owner: Owner }[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) {
      this.disturb();
      this.ask();
    }
    expect(this.log.reduce(applyOp, UNCLAIMED)).toEqual(this.claim);
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[Math.trunc(this.random() * items.length)];
  }

  private disturb(): void {
    this.trueS += Math.trunc(this.random() ** 3 * 900);
    const chance = this.random();
    if (chance < 0.05) this.wallAheadS += Math.trunc((this.random() - 0.5) * 20_000);
    else if (chance < 0.08) this.reboot();
    else if (chance < 0.15) this.claim = this.log.reduce(applyOp, UNCLAIMED); // the views are lost and made again
  }

  private reboot(): void {
    this.boots++;
    this.bootedS = this.trueS;
  }

  private get wallS(): number {
    return this.trueS + this.wallAheadS;
  }

  private now() {
    return momentAt(this.wallS, { boot: `boot-${this.boots}`, monoMs: (this.trueS - this.bootedS) * 1000 });
  }

  private ask(): void {
    const owner = this.pick(OWNERS)!;
    const request = this.request();
    const decision = decide('T-1', this.claim, request, around(owner, this.now()));
    if (isRefusal(decision)) {
      this.checkRefusal(owner, request);
      return;
    }
    if ('about' in request && request.about.lease_id !== undefined) {
      expect(request.about.lease_id, 'a late owner').toBe(this.granted?.lease_id);
    }
    // A process that dies while it writes leaves whole lines, in their order, and at most a torn one after them.
    const diesEarly = this.random() < 0.05;
    const count = diesEarly ? Math.trunc(this.random() * decision.ops.length) : decision.ops.length;
    for (const op of decision.ops.slice(0, count)) this.note(op, owner);
  }

  private request(): Request {
    const kind = this.pick([
      'acquire',
      'acquire',
      'acquire',
      'renew',
      'heartbeat',
      'release',
      'complete',
      'evict',
    ] as const);
    const ttl_s = 1 + Math.trunc(this.random() * 600);
    if (kind === 'acquire') return { kind, lease_id: uuidV7(0), ttl_s, reason: null, reopens: true };
    if (kind === 'evict') return { kind, reason: 'test', isForced: this.random() < 0.2 };
    const former = this.random() < 0.5 ? this.pick(this.former) : undefined;
    const about = former ? { lease_id: former.lease_id } : {};
    return kind === 'renew' ? { kind, about, ttl_s, reason: null } : { kind: kind!, about, reason: null };
  }

  /** Every op that is granted must be one that the model allows. */
  private note(op: Op, asker: Owner): void {
    this.log.push(op);
    this.claim = applyOp(this.claim, op);
    if (op.op === 'acquire') {
      expect(this.granted, 'two holders').toBeUndefined();
      expect(op.epoch, 'the epoch grows').toBeGreaterThan(this.highestEpoch);
      this.highestEpoch = op.epoch;
      this.hold(op, asker);
      return;
    }
    expect(this.granted?.lease_id, `${op.op} of a lease that is not held`).toBe(op.lease_id);
    if (op.op === 'renew' || op.op === 'heartbeat') {
      expect(this.granted?.owner, 'prolonged by its owner').toBe(asker);
      this.hold(op, asker);
      return;
    }
    if (op.op === 'auto-evict') expect(this.hasReallyEnded(), 'evicted while in force').toBe(true);
    if (op.op === 'release' || op.op === 'complete') expect(this.granted?.owner).toBe(asker);
    this.former.push(this.granted!);
    this.granted = undefined;
  }

  private hold({ lease_id, term }: Op, owner: Owner): void {
    const lasts_s = term!.ttl_s;
    const ends = { endsS: this.trueS + lasts_s, boot: this.boots, wallEndS: this.wallS + lasts_s };
    this.granted = { lease_id, owner, ...ends };
  }

  private hasReallyEnded(): boolean {
    const { endsS, boot, wallEndS } = this.granted!;
    return boot === this.boots ? this.trueS >= endsS : this.wallS >= wallEndS;
  }

  /** Whoever holds a lease in force is never refused its own. */
  private checkRefusal(owner: Owner, request: Request): void {
    const isOwn =
      this.granted?.owner === owner && !('about' in request && request.about.lease_id !== undefined);
    const isProlonged =
      request.kind === 'acquire' || request.kind === 'renew' || request.kind === 'heartbeat';
    if (isOwn && isProlonged)
      expect(this.claim.lease?.age_ms ?? 0, 'refused its own lease').toBeGreaterThan(0);
  }
}

test('no two holders, no lease lost, epochs that only grow: random histories', () => {
  const histories = rounds(2000, 100_000);
  for (let seed = 1; seed <= histories; seed++) {
    try {
      new History(seed).run();
    } catch (error) {
      throw new Error(`history ${seed} of SEED=${process.env.SEED ?? 1}`, { cause: error });
    }
  }
});
