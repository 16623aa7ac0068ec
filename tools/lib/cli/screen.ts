/**
 * A whole terminal to draw on. The alternate screen keeps what the person had before; it is given back on
 * every way out: `close`, an exit of the process, and while the process is suspended. Keys come one by one and
 * unechoed, so Ctrl-C and Ctrl-Z are keys as well.
 */
import { errnoOf } from '../disk/errno.js';
import { Failure } from '../failure.js';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
export const CTRL_C = '\u0003';
const CTRL_Z = '\u001a';

export interface ScreenOptions {
  /** Writes to the terminal. */
  print(text: string): void;
  /** A key, as the terminal sends it. */
  onKey(key: string): void;
  /** The size may have changed, or the screen was given to others meanwhile: draw it again. */
  onChange(): void;
}

export class Screen {
  private isEntered = false;
  private readonly input = process.stdin.isTTY ? process.stdin : undefined;

  constructor(private readonly options: ScreenOptions) {
    process.on('exit', this.leave);
    process.on('SIGTSTP', this.suspend);
    process.on('SIGCONT', this.resume);
    process.stdout.on('resize', options.onChange);
    this.input?.on('data', this.hear).resume();
    this.enter();
  }

  /** How many lines there are. */
  get rows(): number {
    return process.stdout.rows || 24;
  }

  /** Shows these lines from the top on; each fits into the width. More of them than rows are left out. */
  draw(lines: string[]): void {
    const shown = lines.slice(0, this.rows).map(line => line + CLEAR_LINE);
    this.options.print(HOME + shown.join('\r\n') + CLEAR_BELOW);
  }

  close(): void {
    this.leave();
    process.off('exit', this.leave);
    process.off('SIGTSTP', this.suspend);
    process.off('SIGCONT', this.resume);
    process.stdout.off('resize', this.options.onChange);
    this.input?.off('data', this.hear).pause();
  }

  private enter(): void {
    this.input?.setRawMode(true);
    this.options.print(ENTER);
    this.isEntered = true;
  }

  private readonly leave = (): void => {
    if (!this.isEntered) return;
    this.isEntered = false;
    try {
      this.options.print(LEAVE);
      this.input?.setRawMode(false);
    } catch (error) {
      // The terminal was closed: there is nothing to give back.
      if (!(error instanceof Failure) && errnoOf(error) === undefined) throw error;
    }
  };

  private readonly hear = (keys: Buffer): void => {
    for (const key of keys.toString()) {
      if (key === CTRL_Z) this.suspend();
      else this.options.onKey(key);
    }
  };

  private readonly suspend = (): void => {
    this.leave();
    process.kill(process.pid, 'SIGSTOP');
  };

  private readonly resume = (): void => {
    if (!this.isEntered) this.enter();
    this.options.onChange();
  };
}
