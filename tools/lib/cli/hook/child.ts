/**
 * Running a command as if nobody stood in between. Its standard input is ours. A stream of its that is a
 * terminal stays one; one that is not passes through us, byte by byte and unbuffered, so that it can be looked
 * at. Where both output streams are the same file they are merged before the command starts, which keeps
 * their order. Signals sent to us go on to it; what a terminal sends reaches the whole group by itself.
 */
import { fstatSync } from 'node:fs';
import { builtin } from '../../builtin.js';
import type { Exit } from '../../clients/run-outcome.js';
import { errnoOf } from '../../disk/errno.js';
import type { Io } from '../command.js';

export interface ChildPlan {
  command: string[];
  environment: Io['environment'];
  /** Read standard output even where it is a terminal. */
  readsOutput: boolean;
  /** Told each chunk on its way. */
  onChunk(stream: 'output' | 'messages', chunk: Buffer): void;
}

type Child = ReturnType<typeof import('node:child_process').spawn>;

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
/** How long after its end the output of a command is waited for: what it left running may hold it open. */
const LINGER_MS = 300;

/** Runs the command to its end. @returns how it ended, 127 or 126 when it could not be started */
export async function runChild(plan: ChildPlan, io: Io): Promise<Exit> {
  const { spawn } = builtin('node:child_process');
  const pipesOutput = plan.readsOutput || !io.isTerminal('output');
  const pipesMessages = !io.isTerminal('messages');
  const isMerged = pipesOutput && pipesMessages && isSameFile(1, 2);
  const [file, ...args] = isMerged ? merged(plan.command) : plan.command;
  const child = spawn(file!, args, {
    env: plan.environment,
    stdio: ['inherit', pipesOutput ? 'pipe' : 'inherit', pipesMessages && !isMerged ? 'pipe' : 'inherit'],
  });
  passOn(child, plan);
  const signals = forwardSignals(child, io);
  const exit = await ended(child);
  signals.stop();
  return { ...exit, asked: signals.asked() };
}

/** A shell joins the streams and then becomes the command: same process, arguments as data. */
function merged(command: string[]): string[] {
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...command];
}

function isSameFile(a: number, b: number): boolean {
  const [first, second] = [fstatSync(a), fstatSync(b)];
  return first.dev === second.dev && first.ino === second.ino;
}

/** A reader of ours that has gone must look to the command as if it were its own. */
function passOn(child: Child, { onChunk }: ChildPlan): void {
  for (const stream of ['output', 'messages'] as const) {
    const from = stream === 'output' ? child.stdout : child.stderr;
    const to = stream === 'output' ? process.stdout : process.stderr;
    if (from === null) continue;
    to.on('error', () => from.destroy());
    from.on('data', (chunk: Buffer) => onChunk(stream, chunk));
    from.pipe(to, { end: false });
  }
}

function forwardSignals(child: Child, io: Io): { stop(): void; asked(): string | undefined } {
  const hasTerminal = (['input', 'output', 'messages'] as const).some(stream => io.isTerminal(stream));
  let asked: string | undefined;
  const handlers = [...FORWARDED, ...FROM_TERMINAL].map(signal => {
    const reachesAll = hasTerminal && FROM_TERMINAL.some(name => name === signal);
    const handler = (): void => {
      asked = signal;
      if (!reachesAll) child.kill(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return {
    stop: () => {
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
    asked: () => asked,
  };
}

function ended(child: Child): Promise<Exit> {
  return new Promise((resolve, reject) => {
    let exit: Exit | undefined;
    const finish = (): void => {
      if (exit) resolve(exit);
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    child.on('error', error => {
      const code = errnoOf(error);
      if (child.pid !== undefined || code === undefined) return reject(error);
      resolve({ code: code === 'ENOENT' ? 127 : 126 });
    });
    child.on('exit', (code, signal) => {
      exit = signal === null ? { code: code ?? 1 } : { code: 128 + numberOf(signal), signal };
      setTimeout(finish, LINGER_MS).unref();
    });
    child.on('close', finish);
  });
}

function numberOf(signal: NodeJS.Signals): number {
  return builtin('node:os').constants.signals[signal];
}

/** Ends this process as the command ended: by the same signal where a shell would do so. */
export async function endLike({ code, signal }: Exit): Promise<number> {
  if (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP') {
    process.kill(process.pid, signal);
    await new Promise(resolve => setTimeout(resolve, LINGER_MS));
  }
  return code;
}
