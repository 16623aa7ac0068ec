/**
 * The only spawner of git. Arguments are data; the environment is clean of `GIT_*`, so that being called from
 * a git hook leads to no other repository; messages are not translated; nothing is asked and no lock is taken
 * that is not needed. A call that takes too long is killed together with what it started.
 */
import { builtin } from '../builtin.js';
import { Failure } from '../failure.js';

export interface GitCall {
  cwd: string;
  environment: Record<string, string | undefined>;
  timeoutMs: number;
}

export interface GitAnswer {
  /** The exit status. */
  status: number;
  stdout: Buffer;
}

const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** @throws Failure `setup` without git, `contention` when time is up, `data` when the answer is too long */
export function runGit(args: string[], { cwd, environment, timeoutMs }: GitCall): Promise<GitAnswer> {
  const { spawn } = builtin('node:child_process');
  const child = spawn('git', args, {
    cwd,
    env: gitEnvironment(environment),
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (failure: Failure): void => {
      reject(failure);
      killGroup(child.pid);
    };
    const timer = setTimeout(() => {
      stop(new Failure('contention', `git ${args[0]} took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LONGEST_ANSWER_BYTES) stop(new Failure('data', `git ${args[0]} says more than 64 MiB`));
      else chunks.push(chunk);
    });
    child.on('error', error => {
      clearTimeout(timer);
      reject(new Failure('setup', `git cannot be started in ${cwd}`, { cause: error }));
    });
    child.on('close', status => {
      clearTimeout(timer);
      resolve({ status: status ?? 1, stdout: Buffer.concat(chunks) });
    });
  });
}

/** The environment of a call: the person's, without what would lead git elsewhere. */
export function gitEnvironment(environment: GitCall['environment']): GitCall['environment'] {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}

/** The whole process group, because git starts helpers. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
