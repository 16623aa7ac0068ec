/**
 * Working tasks off: take the next ready task, attempt it, and go on until there is nothing more to do or the loop
 * is asked to end. When nothing is ready it waits, longer each time, and looks again at once when something
 * happens in the ledger. Where there are other machines it first asks what they did.
 */
import type { Bell } from '../bell.js';
import { Failure } from '../failure.js';
import { type Queue, queueOf, type ReadyTask } from '../workplans/ready.js';
import type { TaskProgress } from '../workplans/task-progress.js';
import { type Attempt, attemptTask, type Bench } from './attempt.js';
import type { Exchanges } from './exchanges.js';

export interface Loop extends Bench {
  readProgress(): TaskProgress;
  /** At most so many attempts at once. */
  concurrency: number;
  /** End after so many attempts. */
  most: number;
  /** End when nothing is ready. */
  isOnce: boolean;
  /** How long to wait at first when nothing is ready. */
  pollMs: number;
  /** Rung when something may have changed. */
  bell: Bell;
  /** With other machines; undefined where there are none. */
  exchanges: Exchanges | undefined;
  report(attempt: Attempt): void;
}

export interface Worked {
  attempts: Attempt[];
  /** What was neither ready nor at an end when the loop ended. */
  waiting: Queue['waiting'];
}

const LONGEST_POLL_FACTOR = 16;
/** A task that was taken by another, or failed, is left alone for a while: others come first. */
const REST_MS = 1000;
const FLUSH_EVERY_MS = 10_000;

/** @throws Failure when a claim cannot be decided or an event not be recorded; what was under way has ended */
export async function workOff(loop: Loop): Promise<Worked> {
  const working = new Working(loop);
  const ring = (): void => loop.bell.ring();
  loop.signal.addEventListener('abort', ring);
  try {
    await working.run();
  } finally {
    await working.settle();
    loop.signal.removeEventListener('abort', ring);
  }
  return { attempts: working.attempts, waiting: working.waiting };
}

class Working {
  readonly attempts: Attempt[] = [];
  waiting: Queue['waiting'] = [];
  private readonly running = new Set<string>();
  /** Until when a task is left alone, ms. */
  private readonly resting = new Map<string, number>();
  private begun = 0;
  /** Claims in a row that could not be decided, and until when no other is tried, ms. */
  private undecided = 0;
  private pausedUntilMs = 0;
  private flushedMs: number;
  private failure: Failure | undefined;

  constructor(private readonly loop: Loop) {
    this.flushedMs = loop.nowMs();
  }

  async run(): Promise<void> {
    const { loop } = this;
    for (let idle = 0; !this.isOver(); ) {
      const ready = await this.look();
      if (this.startSome(ready) > 0) idle = 0;
      if (this.running.size > 0) {
        do await loop.bell.heard(loop.pollMs);
        while (this.running.size >= loop.concurrency);
        if (loop.nowMs() - this.flushedMs >= FLUSH_EVERY_MS) await this.flush();
        continue;
      }
      await this.flush();
      if (loop.exchanges?.isUnderWay()) {
        await loop.bell.heard();
        continue;
      }
      if (loop.exchanges?.isDue()) {
        loop.exchanges.start();
        continue;
      }
      const isResting = ready.some(({ task }) => this.isResting(task.id));
      if (loop.isOnce && !isResting) return;
      await loop.bell.heard(isResting ? REST_MS / 4 : this.pauseMs(idle++));
    }
  }

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await this.loop.bell.heard();
    await this.flush();
    await this.loop.exchanges?.finish();
    if (this.failure !== undefined) throw this.failure;
  }

  private isOver(): boolean {
    return this.loop.signal.aborted || this.begun >= this.loop.most || this.failure !== undefined;
  }

  private async look(): Promise<ReadyTask[]> {
    const { loop } = this;
    const queue = queueOf(await loop.source.list(), loop.readProgress(), loop.owner);
    for (const { task, status } of queue.ended) {
      if (!this.running.has(task.id)) loop.source.tidy(task, status);
    }
    this.waiting = queue.waiting.filter(({ task }) => !this.running.has(task.id));
    return queue.ready.filter(({ task }) => !this.running.has(task.id));
  }

  private startSome(ready: ReadyTask[]): number {
    const { loop } = this;
    let started = 0;
    for (const item of ready) {
      const { id } = item.task;
      if (this.running.size >= loop.concurrency || this.isOver()) break;
      if (this.running.has(id) || this.isResting(id)) continue;
      this.begun++;
      started++;
      this.running.add(id);
      void this.attempt(item);
    }
    return started;
  }

  private async attempt(item: ReadyTask): Promise<void> {
    const { id } = item.task;
    try {
      const attempt = await attemptTask(this.loop, item);
      if (['taken', 'gone', 'undecided'].includes(attempt.result)) this.begun--;
      else {
        this.attempts.push(attempt);
        this.loop.report(attempt);
        this.loop.exchanges?.tell();
      }
      this.noteDecided(attempt);
      const restMs = REST_MS * 2 ** item.failures;
      if (attempt.result !== 'done') this.resting.set(id, this.loop.nowMs() + restMs);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failure ??= error;
    } finally {
      this.running.delete(id);
      this.loop.bell.ring();
    }
  }

  /** While nobody can tell who has a task, none is asked for, for a while. */
  private noteDecided({ result, reason = '' }: Attempt): void {
    const { loop } = this;
    if (result !== 'undecided') {
      this.undecided = 0;
      return;
    }
    if (loop.isOnce) this.failure ??= new Failure('offline', reason);
    else if (this.undecided === 0) loop.warn(`no task can be claimed now: ${reason}`);
    this.pausedUntilMs = loop.nowMs() + loop.pollMs * Math.min(2 ** this.undecided++, LONGEST_POLL_FACTOR);
  }

  private isResting(id: string): boolean {
    return Math.max(this.resting.get(id) ?? 0, this.pausedUntilMs) > this.loop.nowMs();
  }

  private async flush(): Promise<void> {
    this.flushedMs = this.loop.nowMs();
    await this.loop.source.flush();
  }

  /** Longer each time, and never quite the same, so that loops that began together do not look together. */
  private pauseMs(idle: number): number {
    return this.loop.pollMs * Math.min(2 ** idle, LONGEST_POLL_FACTOR) * (0.8 + Math.random() * 0.4);
  }
}
