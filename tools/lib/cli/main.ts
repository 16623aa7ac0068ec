/** The process: argv, the three streams, the exit status. */
import { writeSync } from 'node:fs';
import { builtin } from '../builtin.js';
import { systemClock } from '../clock.js';
import { errnoOf } from '../disk/errno.js';
import type { Command, Io } from './command.js';
import { runCommand } from './run.js';

/** Runs an executable. */
export async function runMain(command: Command): Promise<void> {
  process.exitCode = await runCommand(command, process.argv.slice(2), processIo());
}

/** The real world. Streams are written synchronously: `process.stdout` alone would cost milliseconds to load. */
export function processIo(): Io {
  const isTerminal = (fd: number): boolean => builtin('node:tty').isatty(fd);
  return {
    cwd: process.cwd(),
    environment: process.env,
    clock: systemClock,
    input: () => process.stdin,
    print: text => writeAll(1, text),
    printError: text => writeAll(2, text),
    isTerminal: stream => isTerminal(stream === 'input' ? 0 : stream === 'output' ? 1 : 2),
    width: () => process.stdout.columns ?? process.stderr.columns ?? 80,
  };
}

/** Writes everything, waiting for a slow reader of a pipe; a reader that has gone ends the process. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EPIPE') process.exit(fd === 1 ? 0 : (process.exitCode ?? 0));
      if (code !== 'EAGAIN') throw error;
      systemClock.sleepMs(1);
    }
  }
}
