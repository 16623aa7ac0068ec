/**
 * A machine: its clocks, its control plane as far as it survives a crash, and processes that can die at every step. What
 * they run is the code that runs in earnest; only disk, clock and network are modelled.
 */
import type { Moment } from '../../../tools/lib/claims/moment.js';
import { formatTimestamp } from '../../../tools/lib/clock.js';
import { Failure } from '../../../tools/lib/failure.js';
import type { ClaimIntent } from '../../../tools/lib/record/generated/claim-intent.js';
import { arriveClaims } from '../../../tools/lib/sync/claims/arrive.js';
import type {
  ClaimsPorts,
  ForeignLease,
  ForeignLeases,
  Intents,
  LocalClaims,
  ServeOptions,
} from '../../../tools/lib/sync/claims/ports.js';
import type { WishQueue } from '../../../tools/lib/sync/claims/queue.js';
import type { Caller } from '../../../tools/lib/sync/claims/request.js';
import type { Remote } from './remote.js';
import { NOTHING_SENT, VirtualLog } from './virtual-log.js';
import { type Life, VirtualQueue } from './virtual-queue.js';
import type { World } from './world.js';

/** Thrown where a process dies; nothing catches it. */
export class Killed extends Error {}

const START_MS = Date.UTC(2026, 10, 24, 10);

export class Machine {
  readonly log = new VirtualLog();
  readonly lives = new Set<Life>();
  tip: string | undefined;
  intent: ClaimIntent | undefined;
  foreign = new Map<string, ForeignLease>();
  private isForeignWhole = false;
  sent = NOTHING_SENT;
  wallAheadMs: number;
  private boot = 1;
  private bootedMs = 0;
  private readonly queue = new VirtualQueue();
  private ids = 0;

  constructor(
    readonly world: World,
    readonly remote: Remote,
    readonly writer: string,
  ) {
    this.wallAheadMs = (world.random() - 0.5) * 4 * 3_600_000;
  }

  now(): Moment {
    const wallMs = START_MS + this.world.nowMs + Math.trunc(this.wallAheadMs);
    return {
      ...{ wallMs, ts: formatTimestamp(wallMs, 0), offsetMinutes: 0, writer: this.writer },
      ...{ boot: `${this.writer}-${this.boot}`, monoMs: this.world.nowMs - this.bootedMs },
    };
  }

  reboot(): void {
    for (const life of this.lives) life.isOver = true;
    this.lives.clear();
    this.boot++;
    this.bootedMs = this.world.nowMs;
  }

  /** Views can be lost at any time. */
  loseViews(): void {
    this.sent = NOTHING_SENT;
    this.foreign = new Map();
    this.isForeignWhole = false;
  }

  born(stepsLeft = Infinity): Life {
    const life = { isOver: false, stepsLeft };
    this.lives.add(life);
    return life;
  }

  portsFor(life: Life): ClaimsPorts {
    const { world, remote, writer } = this;
    const step = (): void => this.step(life);
    const sleep = async (durationMs: number): Promise<void> => {
      await world.sleep(durationMs);
      step();
    };
    return {
      ...{ writer, branch: remote.accessFor(step), local: this.localFor(step), warn: () => undefined },
      time: { nowMs: () => world.nowMs, random: world.random, sleep },
      foreign: this.foreignFor(step),
      intents: this.intentsFor(step),
      tip: {
        read: () => this.tip,
        write: tip => {
          step();
          this.tip = tip;
        },
      },
      arrive: (from, to) => this.arrive(life, from, to),
      arrivalOf: async (from, to) => this.remote.arrival(from, to),
      newId: () => `00000000-0000-7000-8000-${String(++this.ids).padStart(12, '0')}`,
    };
  }

  private foreignFor(step: () => void): ForeignLeases {
    return {
      isWhole: () => this.isForeignWhole,
      all: () => [...this.foreign.values()],
      get: key => this.foreign.get(key),
      set: (changes, isWhole) => {
        step();
        this.isForeignWhole ||= isWhole;
        for (const [key, lease] of changes) {
          if (lease) this.foreign.set(key, lease);
          else this.foreign.delete(key);
        }
      },
    };
  }

  private intentsFor(step: () => void): Intents {
    return {
      read: () => this.intent,
      write: intent => {
        step();
        this.intent = intent;
        step();
      },
      clear: () => {
        step();
        this.intent = undefined;
      },
    };
  }

  private async arrive(life: Life, from: string | undefined, to: string | undefined): Promise<void> {
    if (from !== undefined && (to === undefined || !this.remote.isAncestor(from, to)))
      throw new Failure('rewound', 'the branch was rewound');
    if (to !== undefined) await arriveClaims(this.portsFor(life), this.remote.arrival(from, to));
  }

  private localFor(step: () => void): LocalClaims {
    return {
      change: (action, _wishes) => {
        step();
        const before = this.log.head();
        const { ops, value } = action(this.log.state(this.now(), this.sent));
        const logged = ops.map(op => this.log.append(op));
        if (ops.length > 0) step();
        return { value, ops: logged, before, after: this.log.head() };
      },
      markSent: (head, beats) => {
        step();
        this.sent = { head, beats: beats ?? this.sent.beats };
      },
    };
  }

  private queueFor(life: Life): WishQueue {
    return this.queue.openFor(life, () => this.step(life));
  }

  /** The lock on the branch, if it is free. */
  lockFor(life: Life): { release(): void } | undefined {
    return this.queueFor(life).tryLock();
  }

  callerFor(life: Life, ports: ClaimsPorts, options: ServeOptions): Caller {
    return { ports, queue: this.queueFor(life), options, begin: async () => undefined, end: () => undefined };
  }

  private step(life: Life): void {
    if (life.isOver || life.stepsLeft-- <= 0) {
      life.isOver = true;
      this.lives.delete(life);
      throw new Killed();
    }
  }
}
