/**
 * Whether a signal reached our whole process group, as Ctrl-C on a terminal does, or us alone: the system does
 * not say. A process of ours that does nothing stands witness in the group: a signal that reached everybody ends
 * it, too. It waits for the end of a pipe from us, so it never outlives us.
 */
import type { ChildProcess } from 'node:child_process';
import { builtin } from '../builtin.js';

/** How long the witness of a signal may take to end. */
const PATIENCE_MS = 100;

export interface Witness {
  /** Calls back when a signal that we were sent did not reach the group; one answer for those in a row. */
  ifAlone(act: () => void): void;
  end(): void;
}

export function standWitness(): Witness {
  let witness = start();
  let timer: NodeJS.Timeout | undefined;
  return {
    ifAlone: act => {
      if (timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        if (isRunning(witness)) act();
        else witness = start();
      }, PATIENCE_MS);
    },
    end: () => {
      clearTimeout(timer);
      witness.stdin?.destroy();
      witness.unref();
    },
  };
}

function start(): ChildProcess {
  const witness = builtin('node:child_process').spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a `cat` every signal counts as the terminal's.
  witness.on('error', () => undefined);
  return witness;
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
