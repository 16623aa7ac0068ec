/**
 * Following the ledger of all agents: events as they arrive, also in files and of agents that appear
 * meanwhile, across midnight, and from other machines. Hints of the system say at once which file to look
 * at. For where they are missing, the files of today and yesterday are looked at twice a second, and all
 * others, whose directories are then listed again, every five seconds.
 */
import { join } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Bell } from '../bell.js';
import { type Clock, timestampNow } from '../clock.js';
import { watchTree } from '../disk/watch.js';
import { ledgerDirectory } from './day-file.js';
import type { Follower } from './follower.js';

const RECENT_EVERY_MS = 500;
const ALL_EVERY_MS = 5000;
/** Hints come in bursts: what comes within this time is read together. */
const BURST_MS = 20;

export interface Following {
  root: string;
  follower: Follower;
  clock: Clock;
  /** Ends it. */
  signal: AbortSignal;
}

/** Batches of wanted lines, without their newlines, until the signal. */
export async function* followEvents({ root, follower, clock, signal }: Following): AsyncGenerator<Buffer[]> {
  const base = ledgerDirectory(root);
  const duties = new Duties();
  const tree = watchTree(base, (directory, name) =>
    duties.add(directory === base || name === null ? 'all' : join(directory, name)),
  );
  const recent = setInterval(() => duties.add('recent'), RECENT_EVERY_MS);
  const all = setInterval(() => duties.add('all'), ALL_EVERY_MS);
  signal.addEventListener('abort', () => duties.add('all'));
  try {
    while (!signal.aborted) {
      const due = await duties.take();
      if (signal.aborted) return;
      if (due.has('all')) {
        tree.refresh();
        yield* follower.readAll();
      } else {
        if (due.has('recent')) yield* follower.readRecent(timestampNow(clock).slice(0, 10));
        yield* follower.readPaths(due);
      }
      await pauseFor(BURST_MS);
    }
  } finally {
    clearInterval(recent);
    clearInterval(all);
    tree.close();
  }
}

/** What is to be looked at: paths, `recent` for the files of today and yesterday, `all`. */
class Duties {
  private due = new Set<string>();
  private readonly bell = new Bell();

  add(duty: string): void {
    this.due.add(duty);
    this.bell.ring();
  }

  /** Waits until there is something. */
  async take(): Promise<Set<string>> {
    await this.bell.heard();
    const { due } = this;
    this.due = new Set();
    return due;
  }
}
