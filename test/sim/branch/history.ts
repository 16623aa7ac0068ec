/** A random history of machines that share a branch: what they do, and what befalls them. */
import type { Owner, Request } from '../../../tools/lib/claims/decide.js';
import { Failure } from '../../../tools/lib/failure.js';
import type { ClaimsPorts, ServeOptions, Wish } from '../../../tools/lib/sync/claims/ports.js';
import { requestOnBranch } from '../../../tools/lib/sync/claims/request.js';
import { serveWishes } from '../../../tools/lib/sync/claims/serve.js';
import { sweepWishes } from '../../../tools/lib/sync/claims/sweep.js';
import { Killed, Machine } from './machine.js';
import { Remote } from './remote.js';
import { Truth } from './truth.js';
import type { Life } from './virtual-queue.js';
import { World } from './world.js';

const TASKS = ['T-1', 'T-2', 'T-3'];
const LASTS_MS = 240_000;

export interface HistoryOptions {
  /** The branch may be rewound by somebody with force. */
  rewinds: boolean;
}

export class History {
  private readonly world: World;
  private readonly remote: Remote;
  private readonly machines: Machine[];
  private readonly weather;
  readonly truth: Truth;

  constructor(random: () => number, { rewinds }: HistoryOptions) {
    this.world = new World(random);
    const isRough = this.world.chance(0.7);
    this.weather = isRough ? { lost: 0.08, doubled: 0.05, late: 0.05 } : { lost: 0, doubled: 0, late: 0 };
    this.remote = new Remote(this.world, this.weather);
    this.truth = new Truth(this.world, this.remote);
    const names = ['mbp', 'tower', 'pi', 'ci'].slice(0, 2 + this.world.below(3));
    this.machines = names.map(name => new Machine(this.world, this.remote, `${name}-1`));
    this.truth.machines = this.machines;
    this.plan(rewinds);
  }

  async run(): Promise<void> {
    await this.world.run();
    await this.comeToRest();
    if (!this.truth.isRewound) this.truth.checkQuiet(this.machines, TASKS);
  }

  private plan(rewinds: boolean): void {
    const { world, remote } = this;
    const actions = 6 + world.below(16);
    for (let action = 0; action < actions; action++) world.after(world.below(LASTS_MS), () => this.act());
    for (let trouble = world.below(6); trouble > 0; trouble--)
      world.after(world.below(LASTS_MS), () => this.disturb());
    if (rewinds) {
      world.after(world.below(LASTS_MS), () => {
        remote.rewind(1 + world.below(3));
        this.truth.isRewound = true;
      });
    }
  }

  private disturb(): void {
    const { world, remote } = this;
    const machine = world.pick(this.machines);
    const kind = world.below(5);
    if (kind === 0) machine.reboot();
    else if (kind === 1) machine.loseViews();
    else if (kind === 2) machine.wallAheadMs += (world.random() - 0.5) * 8 * 3_600_000;
    else if (kind === 3) {
      remote.isFair = false;
      this.forAWhile(isOn => (remote.isDown = isOn));
    } else this.forAWhile(isOn => (remote.refuses = isOn));
  }

  private forAWhile(set: (isOn: boolean) => void): void {
    set(true);
    this.world.after(this.world.below(60_000), () => set(false));
  }

  private act(): void {
    const { world } = this;
    const machine = world.pick(this.machines);
    const life = machine.born(world.chance(0.2) ? world.below(30) : Infinity);
    const ports = machine.portsFor(life);
    const options = this.options();
    const sinceMs = world.nowMs;
    const owner: Owner = { agent: world.pick(['cls', 'andy']), writer: machine.writer, worktree: 'main' };
    const request = this.request(ports);
    const subject = { taskId: world.pick(TASKS), owner };
    if (request?.kind === 'evict' && request.isForced) this.truth.forced.add(subject.taskId);
    const work =
      request === undefined
        ? serveLocked(machine, life, { ...options, sweeps: true })
        : requestOnBranch(machine.callerFor(life, ports, options), subject, request).then(
            outcome => this.truth.heard({ machine, request, sinceMs, isOffline: options.isOffline }, outcome),
            error => this.failed(request, error),
          );
    work.catch(error => this.endOf(error)).finally(() => machine.lives.delete(life));
  }

  private problem: unknown;

  /** A process may die, and may say that it could not; anything else is a bug. */
  private endOf(error: unknown): void {
    if (!(error instanceof Killed) && !(error instanceof Failure)) this.problem ??= error;
  }

  private options(): ServeOptions {
    const { world } = this;
    const offlineMode = world.chance(0.7) ? 'local' : 'fail';
    return {
      ...{
        deadlineMs: world.nowMs + world.pick([1000, 30_000]),
        retries: 3,
        isOffline: world.chance(0.05),
        offlineMode,
      },
      staleAfterMs: undefined,
    };
  }

  /** Undefined: only exchange what there is. */
  private request({ newId }: ClaimsPorts): Request | undefined {
    const { world } = this;
    const kind = world.pick([
      ...(['acquire', 'acquire', 'acquire', 'acquire', 'heartbeat', 'heartbeat', 'renew'] as const),
      ...(['release', 'release', 'complete', 'evict', undefined, undefined] as const),
    ]);
    const ttl_s = world.pick([2, 5, 20, 40]);
    if (kind === undefined) return undefined;
    if (kind === 'acquire')
      return { kind, lease_id: newIdOf(newId(), world), ttl_s, reason: null, reopens: true };
    if (kind === 'evict') return { kind, reason: 'test', isForced: world.chance(0.1) };
    const longer = kind === 'renew' ? { ttl_s } : {};
    return { kind, about: {}, reason: null, ...longer };
  }

  private failed(request: Request, error: unknown): void {
    if (error instanceof Failure && error.kind === 'contention') this.truth.deny(request);
    throw error;
  }

  /** Fair weather, and everybody exchanges what they have until nothing is left. */
  private async comeToRest(): Promise<void> {
    const { remote, weather, world } = this;
    Object.assign(weather, { lost: 0, doubled: 0, late: 0 });
    Object.assign(remote, { isDown: false, refuses: false });
    for (let round = 0; round < 3; round++) {
      for (const machine of this.machines) {
        const deadlineMs = world.nowMs + 600_000;
        const options = { ...this.options(), isOffline: false, deadlineMs, sweeps: round === 0 };
        serveLocked(machine, machine.born(), options).catch(error => this.endOf(error));
        await world.run();
      }
    }
    if (this.problem) throw this.problem;
  }
}

/** A pull and a push. */
async function serveLocked(
  machine: Machine,
  life: Life,
  options: ServeOptions & { sweeps: boolean },
): Promise<void> {
  const { sweeps } = options;
  const ports = machine.portsFor(life);
  const lock = machine.lockFor(life);
  if (!lock) return;
  try {
    const from = ports.tip.read();
    const to = await ports.branch.fetch();
    if (from !== to) {
      await ports.arrive(from, to);
      ports.tip.write(to);
    }
    const sweep = (): Wish[] =>
      ports.local.change(state => ({ ops: [], value: sweepWishes(ports, state, undefined) })).value;
    await serveWishes(ports, sweeps ? sweep() : [], options);
  } finally {
    lock.release();
  }
}

function newIdOf(id: string, world: World): string {
  return `${id.slice(0, 24)}${Math.trunc(world.random() * 2 ** 47)
    .toString(16)
    .padStart(12, '0')}`;
}
