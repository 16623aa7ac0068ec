/**
 * Running a person's command as a shell would: its own standard streams, its exit status, its signals.
 *
 * On a terminal the command stays in our process group, so that it may read the terminal; the terminal itself
 * then sends Ctrl-C and Ctrl-\ to both of us, and passing them on would deliver them twice. A witness in the group
 * tells them from an INT or QUIT that somebody sent to us alone, which is passed on. Without a terminal every
 * signal is; in a group of its own the command is stopped together with what it started.
 */
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { builtin } from '../builtin.js';
import { errnoOf } from '../disk/errno.js';
import { standWitness } from './witness.js';

export interface Outcome {
  /** As a shell gives it: 128 + n for signal n, 127 when there is no such command, 126 when it cannot be run. */
  status: number;
  signal: NodeJS.Signals | null;
  /** Why it did not start; undefined when it did. */
  problem?: string;
}

export interface RunningCommand {
  outcome: Promise<Outcome>;
  /** The last signal that was sent to us while it ran. */
  lastSignal(): NodeJS.Signals | undefined;
  /** TERM now, KILL after `graceMs` if it is still there. */
  stop(graceMs: number): void;
  /** Our ends of those of its streams that are pipes. */
  pipes: Pick<ChildProcess, 'stdin' | 'stdout' | 'stderr'>;
}

export interface StartOptions {
  /** Whether a terminal reaches the command by itself. */
  isOnTerminal: boolean;
  /** A process group of its own, so that a signal reaches what it started too; by default without a terminal. */
  hasOwnGroup?: boolean;
  /** Its standard streams; ours when not given. */
  stdio?: StdioOptions;
  /** Where it runs; where we are when not given. */
  cwd?: string;
}

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const FROM_TERMINAL = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT']);

/** @param argv the command and its arguments, not empty; no shell is involved */
export function startCommand(
  argv: string[],
  environment: NodeJS.ProcessEnv,
  { isOnTerminal, hasOwnGroup = !isOnTerminal, stdio = 'inherit', cwd }: StartOptions,
): RunningCommand {
  const [file, ...args] = argv as [string, ...string[]];
  const { spawn } = builtin('node:child_process');
  const child = spawn(file, args, { env: environment, stdio, detached: hasOwnGroup, ...(cwd && { cwd }) });
  const send = (signal: NodeJS.Signals): void => sendSignal(child, signal, hasOwnGroup);
  const forwarding = forwardSignals(send, isOnTerminal);
  let timer: NodeJS.Timeout | undefined;
  const outcome = outcomeOf(child).finally(() => {
    forwarding.end();
    clearTimeout(timer);
  });
  return {
    outcome,
    lastSignal: forwarding.last,
    stop: graceMs => {
      if (hasEnded(child)) return;
      send('SIGTERM');
      timer ??= setTimeout(send, graceMs, 'SIGKILL');
    },
    pipes: child,
  };
}

function forwardSignals(
  send: (signal: NodeJS.Signals) => void,
  isOnTerminal: boolean,
): { end(): void; last(): NodeJS.Signals | undefined } {
  let last: NodeJS.Signals | undefined;
  const witness = isOnTerminal ? standWitness() : undefined;
  const handlers = FORWARDED.map(signal => {
    const handler = (): void => {
      last = signal;
      if (witness && FROM_TERMINAL.has(signal)) witness.ifAlone(() => send(signal));
      else send(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return {
    last: () => last,
    end: () => {
      witness?.end();
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
  };
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

function sendSignal(child: ChildProcess, signal: NodeJS.Signals, toGroup: boolean): void {
  if (hasEnded(child)) return;
  const { pid } = child as { pid: number };
  try {
    process.kill(toGroup ? -pid : pid, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise(resolve => {
    child.once('error', error => {
      const isMissing = errnoOf(error) === 'ENOENT';
      resolve({
        status: isMissing ? 127 : 126,
        signal: null,
        problem: isMissing ? 'there is no such command' : 'the command cannot be run',
      });
    });
    child.once('exit', (code, signal) => {
      resolve({ status: signal ? 128 + builtin('node:os').constants.signals[signal] : code!, signal });
    });
  });
}
