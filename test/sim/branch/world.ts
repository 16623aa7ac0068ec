/** Virtual time: what is to happen, in its order, and processes that wait for it. The same seed gives the same history. */
export class World {
  nowMs = 0;
  private order = 0;
  private readonly events: { atMs: number; order: number; run: () => void }[] = [];

  constructor(readonly random: () => number) {}

  /** A whole number from 0 up to, and without, the limit. */
  below(limit: number): number {
    return Math.trunc(this.random() * limit);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  after(delayMs: number, run: () => void): void {
    const event = { atMs: this.nowMs + delayMs, order: this.order++, run };
    let at = this.events.length;
    while (at > 0 && comesBefore(event, this.events[at - 1]!)) at--;
    this.events.splice(at, 0, event);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise(resolve => this.after(delayMs, resolve));
  }

  /** Runs until nothing is left to happen. */
  async run(): Promise<void> {
    for (let steps = 0; ; steps++) {
      await quiet();
      const next = this.events.shift();
      if (!next) return;
      if (steps > 100_000) throw new Error('the world does not come to rest');
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
  }
}

function comesBefore(a: { atMs: number; order: number }, b: { atMs: number; order: number }): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Every promise that can go on has gone on: nothing here waits for anything but virtual time. */
function quiet(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
