/** A progress bar on stderr, for work that a person waits for. */
import type { Io } from './command.js';

/** Work that is done sooner shows no bar. */
const PATIENCE_MS = 300;
const REDRAW_MS = 100;
const WIDEST_BAR = 40;
/** Back to the first column, and everything from there on cleared. */
const CLEAR = '\r\u001b[K';

export class ProgressBar {
  private done = 0;
  private readonly startMs: number;
  private drawnMs: number;
  private isShown = false;

  /** @param total in the unit that is added up */
  constructor(
    private readonly io: Pick<Io, 'clock' | 'printError' | 'width'>,
    private readonly total: number,
  ) {
    this.startMs = io.clock.nowMs();
    this.drawnMs = this.startMs + PATIENCE_MS - REDRAW_MS;
  }

  add(count: number): void {
    this.done += count;
    const nowMs = this.io.clock.nowMs();
    if (nowMs - this.drawnMs >= REDRAW_MS) this.draw(nowMs);
  }

  private draw(nowMs: number): void {
    this.drawnMs = nowMs;
    this.isShown = true;
    const part = this.total > 0 ? Math.min(1, this.done / this.total) : 1;
    const leftS = Math.ceil(((nowMs - this.startMs) * (1 - part)) / Math.max(part, 0.001) / 1000);
    const label = ` ${Math.floor(part * 100)}% ${leftS > 0 ? `${leftS} s left` : ''}`.trimEnd();
    const columns = Math.min(WIDEST_BAR, this.io.width() - label.length - 3);
    const filled = Math.round(part * columns);
    const bar = columns < 1 ? '' : `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]`;
    this.io.printError(`${CLEAR}${bar}${label}`);
  }

  /** Takes the bar away, so that something else can be written; it comes again with the next step. */
  clear(): void {
    if (this.isShown) this.io.printError(CLEAR);
    this.isShown = false;
  }
}
