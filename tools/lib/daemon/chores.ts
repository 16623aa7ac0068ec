/**
 * What the daemon does by itself, each chore on a timer of its own: at its interval, give or take a fifth so that many
 * machines do not ask a remote in step; after a failure at twice the interval, and so on up to sixteen times. Each has
 * a line in the status.
 */
import { Failure } from '../failure.js';

export interface Chore {
  name: string;
  everyMs: number;
  /** @returns what was done, in a few words. @throws Failure when it has to be tried again later */
  run(): string | Promise<string>;
}

interface Running {
  chore: Chore;
  timer: NodeJS.Timeout;
  said: string;
  failures: number;
}

const MOST_DOUBLINGS = 4;

export class Chores {
  private readonly all: Running[] = [];
  private isOver = false;

  constructor(
    private readonly warn: (message: string) => void,
    private readonly random: () => number = Math.random,
  ) {}

  start(chore: Chore): void {
    const running = { chore, timer: setTimeout(() => undefined, 0), said: 'not yet', failures: 0 };
    this.all.push(running);
    this.plan(running);
  }

  stop(): void {
    this.isOver = true;
    for (const { timer } of this.all) clearTimeout(timer);
  }

  /** What became of each the last time, by name. */
  lines(): Record<string, string> {
    return Object.fromEntries(this.all.map(({ chore, said }) => [chore.name, said]));
  }

  private plan(running: Running): void {
    if (this.isOver) return;
    const { chore, failures } = running;
    const pauseMs = chore.everyMs * 2 ** Math.min(failures, MOST_DOUBLINGS) * (0.8 + 0.4 * this.random());
    running.timer = setTimeout(() => void this.run(running), pauseMs);
    running.timer.unref();
  }

  private async run(running: Running): Promise<void> {
    const { chore } = running;
    const at = new Date().toISOString();
    try {
      running.said = `${at} ${await chore.run()}`;
      running.failures = 0;
    } catch (error) {
      running.failures++;
      const message = error instanceof Failure ? error.message : `this is a bug: ${error}`;
      running.said = `${at} failed (${running.failures}): ${message}`;
      this.warn(`${chore.name}: ${message}`);
    }
    this.plan(running);
  }
}
