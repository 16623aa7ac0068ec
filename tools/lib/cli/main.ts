/** The process: argv, the three streams, the exit status. */
import { writeSync } from 'node:fs';
import { builtin } from '../builtin.js';
import { systemClock } from '../clock.js';
import { diskFailure, errnoOf } from '../disk/errno.js';
import { Failure } from '../failure.js';
import type { Command, Io } from './command.js';
import { EXIT } from './exit-codes.js';
import { runCommand } from './run.js';

/**
 * Runs an executable. A command that answers at once has left nothing to wait for, so the process ends there; on
 * its usual way out Node takes apart, piece by piece, what ends with the process anyway.
 * @param toldAs the exit status to tell for the command's own
 */
export function runMain(command: Command, toldAs = (status: number): number => status): void {
  let isInputOpen = false;
  const input = (): AsyncIterable<Buffer> => {
    isInputOpen = true;
    return process.stdin;
  };
  const answer = runCommand(command, process.argv.slice(2), processIo(command, input));
  if (typeof answer === 'number') leave(toldAs(answer));
  void answer.then(status => {
    process.exitCode = toldAs(status);
    // A command that failed has not read to the end, and must not wait for who still writes.
    if (isInputOpen) process.stdin.destroy();
  });
}

/** `process.exit` tells those who listen for it, and looks for them longer than a lock takes to be had. */
function leave(status: number): never {
  const { reallyExit } = process as { reallyExit?: (status: number) => never };
  return process.listenerCount('exit') === 0 && reallyExit ? reallyExit(status) : process.exit(status);
}

/** The real world. Streams are written synchronously: `process.stdout` alone would cost milliseconds to load. */
function processIo({ outlivesReader }: Command, input: Io['input']): Io {
  const isTerminal = (fd: number): boolean => builtin('node:tty').isatty(fd);
  return {
    cwd: workingDirectory(),
    environment: process.env,
    clock: systemClock,
    input,
    print: data => {
      if (!writeAll(1, data) && outlivesReader !== true) process.exit(EXIT.done);
    },
    printError: text => {
      try {
        writeAll(2, text);
      } catch (error) {
        // Where messages cannot be written, nobody can be told.
        if (!(error instanceof Failure)) throw error;
      }
    },
    isTerminal: stream => isTerminal(stream === 'input' ? 0 : stream === 'output' ? 1 : 2),
    // 0 where nobody told the terminal its size.
    width: () => process.stdout.columns || process.stderr.columns || 80,
  };
}

/** A directory that was removed, with its worktree for instance, is still the place to look upwards from. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return process.env.PWD || '/';
  }
}

/**
 * Writes everything, waiting for a slow reader of a pipe.
 * @returns false when the reader has gone
 * @throws Failure `disk` when the output is a file that cannot be written
 */
function writeAll(fd: number, data: string | Uint8Array): boolean {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw diskFailure(error, 'cannot write the output');
      systemClock.sleepMs(1);
    }
  }
  return true;
}
