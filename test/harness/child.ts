/** Running one check: no standard input, everything it prints kept, and nothing of it left behind. */
import { spawn } from 'node:child_process';

export interface Finished {
  output: string;
  isSuccess: boolean;
  durationMs: number;
}

const running = new Set<number>();

export interface ChildOptions {
  cwd: string;
  environment: Record<string, string>;
  /** After this the whole process group is killed, in ms. */
  timeoutMs: number;
}

export function runChild(
  command: string[],
  { cwd, environment, timeoutMs }: ChildOptions,
): Promise<Finished> {
  const startMs = performance.now();
  const [program, ...args] = command;
  return new Promise(resolve => {
    const child = spawn(program!, args, {
      ...{ cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
      detached: true,
    });
    const chunks: Buffer[] = [];
    const finish = (isSuccess: boolean): void => {
      clearTimeout(timer);
      if (child.pid !== undefined) running.delete(child.pid);
      const output = Buffer.concat(chunks).toString();
      resolve({ output, isSuccess, durationMs: performance.now() - startMs });
    };
    const timer = setTimeout(() => {
      chunks.push(Buffer.from(`\nstopped after ${timeoutMs / 60_000} minutes\n`));
      killGroup(child.pid);
    }, timeoutMs);
    if (child.pid !== undefined) running.add(child.pid);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', error => {
      chunks.push(Buffer.from(`${error.message}\n`));
      finish(false);
    });
    child.on('close', code => finish(code === 0));
  });
}

/** Ends every check that is still running. */
export function stopChildren(): void {
  for (const pid of running) killGroup(pid);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
