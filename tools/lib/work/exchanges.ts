/**
 * Exchanges with other machines while the loop works: one at a time, beside the work and never in its way. What an attempt
 * came to goes out soon after it has ended; where nothing is ready, what others did is looked for before the loop waits.
 * A remote that cannot be reached stops nothing: it is told once, and the remote is asked again at growing intervals.
 */
import { Failure } from '../failure.js';

export interface ExchangesOptions {
  /** Sends and receives. @throws Failure when that has to be tried again later */
  exchange(): Promise<void>;
  nowMs(): number;
  /** The remote is asked no more often: pushes hold up the claims of other machines. */
  everyMs: number;
  /** Called when one has ended. */
  ring(): void;
  warn(message: string): void;
}

const MOST_DOUBLINGS = 4;
/** Whoever asks the loop to end does not wait for a network that hangs. */
const LAST_MS = 5000;

export class Exchanges {
  private running: Promise<void> | undefined;
  /** Something happened that the exchange under way may not have sent. */
  private isUntold = false;
  private failures = 0;
  /** From when the remote may be asked again. */
  private dueMs = 0;
  private told = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ExchangesOptions) {}

  /** Something is to be told to others. */
  tell(): void {
    this.isUntold = true;
    this.plan();
  }

  private plan(): void {
    if (this.timer !== undefined || this.running !== undefined) return;
    this.timer = setTimeout(() => this.start(), Math.max(0, this.dueMs - this.options.nowMs()));
    this.timer.unref();
  }

  isUnderWay(): boolean {
    return this.running !== undefined;
  }

  isDue(): boolean {
    return this.options.nowMs() >= this.dueMs;
  }

  /** Begins an exchange unless one is under way. */
  start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running !== undefined) return;
    const wasUntold = this.isUntold;
    this.isUntold = false;
    this.running = this.attempt().finally(() => {
      this.running = undefined;
      if (this.failures > 0) this.isUntold ||= wasUntold;
      if (this.isUntold) this.plan();
      this.options.ring();
    });
  }

  /** Sees to it that what happened is told, where the remote answers. */
  async finish(): Promise<void> {
    const untilMs = this.options.nowMs() + LAST_MS;
    await this.ended(untilMs);
    if (this.isUntold) this.start();
    await this.ended(untilMs);
    clearTimeout(this.timer);
    if (this.isUntold || this.running !== undefined)
      this.options.warn('other machines will learn of the last tasks with the next ledger-sync');
  }

  private async ended(untilMs: number): Promise<void> {
    if (this.running === undefined) return;
    await Promise.race([this.running, pause(Math.max(0, untilMs - this.options.nowMs()))]);
  }

  private async attempt(): Promise<void> {
    const { exchange, everyMs, nowMs, warn } = this.options;
    try {
      await exchange();
      this.failures = 0;
      this.told = '';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failures++;
      if (error.message !== this.told) warn(`not exchanged with other machines: ${error.message}`);
      this.told = error.message;
    }
    this.dueMs = nowMs() + everyMs * 2 ** Math.min(this.failures, MOST_DOUBLINGS);
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs).unref());
}
