/** `ledger-status --watch`: drawn again on each change, and each second for the ages. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Bell } from '../bell.js';
import { watchTree } from '../disk/watch.js';
import type { Io } from './command.js';
import { CTRL_C, Screen } from './screen.js';
import { stopSignal } from './stop.js';

const EVERY_MS = 1000;
/** Changes come in bursts: what comes within this time is drawn once. */
const BURST_MS = 50;

export interface Watching {
  io: Io;
  /** It and the directories in it are looked after for changes. */
  directory: string;
  /** What to show in so many rows. */
  lines(rows: number): string[];
}

/** Returns when the person presses `q` or Ctrl-C, or the process is asked to end. */
export async function watchStatus({ io, directory, lines }: Watching): Promise<void> {
  const bell = new Bell();
  const ring = (): void => bell.ring();
  let isOver = false;
  const onKey = (key: string): void => {
    isOver ||= key === 'q' || key === CTRL_C;
    ring();
  };
  const signal = stopSignal();
  signal.addEventListener('abort', ring);
  const screen = new Screen({ print: text => io.print(text), onKey, onChange: ring });
  const tree = watchTree(directory, ring);
  try {
    while (!isOver && !signal.aborted) {
      tree.refresh();
      screen.draw(lines(screen.rows));
      await bell.heard(EVERY_MS);
      await pauseFor(BURST_MS);
    }
  } finally {
    tree.close();
    screen.close();
  }
}
