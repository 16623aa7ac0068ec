/**
 * The only spawner of git. Arguments are data and there is no shell. The process leads a group of its own, and a call that
 * takes too long is killed together with the helpers it started. Each call turns off what a person's configuration would
 * run on the way: hooks, a file system monitor, automatic maintenance.
 */
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { builtin } from '../builtin.js';
import { errnoOf } from '../disk/errno.js';
import { gitEnvironment } from './environment.js';
import { GitFailure } from './git-failure.js';

export interface GitCall {
  cwd: string;
  environment: Record<string, string | undefined>;
  timeoutMs: number;
  /** The git directory to use; the one `cwd` is in when undefined. */
  gitDirectory?: string | undefined;
  /** Another index than the worktree's own. */
  indexFile?: string | undefined;
}

export interface GitProcess {
  stdin: Writable;
  stdout: Readable;
  /** The exit status, once it has ended and all its output was read. @throws GitFailure */
  status: Promise<number>;
  pid: number | undefined;
  /** The last of what it wrote on stderr. */
  messages(): string;
  /** Kills it and what it started. */
  kill(): void;
}

const QUIET = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'],
  ...['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'advice.detachedHead=false'],
];
const LONGEST_MESSAGES = 8192;

/** The groups of what runs now. */
const running = new Set<number>();

/** Kills all that was started here, for a process that is about to end before its work is done. */
export function stopGit(): void {
  for (const pid of running) killGroup(pid);
}

/** @throws GitFailure by `status`: `setup` without git, `offline` and retryable when time is up */
export function startGit(args: string[], call: GitCall): GitProcess {
  const { spawn } = builtin('node:child_process');
  const child = spawn('git', [...QUIET, ...args], {
    cwd: call.cwd,
    env: {
      ...gitEnvironment(call.environment, call.gitDirectory),
      ...(call.indexFile !== undefined && { GIT_INDEX_FILE: call.indexFile }),
    } as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    running.add(pid);
    child.once('close', () => running.delete(pid));
  }
  let messages = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages = (messages + text).slice(-LONGEST_MESSAGES);
  });
  // Git may end before it has read everything; its exit status tells why.
  child.stdin.on('error', () => undefined);
  const kill = (): void => {
    killGroup(pid);
    // What nobody reads any more would keep the pipe, and with it us, waiting.
    child.stdout.destroy();
  };
  const status = statusOf(child, args[0]!, call, kill);
  status.catch(() => undefined);
  return { pid, stdin: child.stdin, stdout: child.stdout, status, messages: () => messages, kill };
}

function statusOf(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  name: string,
  { timeoutMs, cwd }: GitCall,
  kill: () => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new GitFailure('offline', `git ${name} took longer than ${timeoutMs} ms`, { isRetryable: true }),
      );
      kill();
    }, timeoutMs);
    child.on('error', error => {
      clearTimeout(timer);
      reject(new GitFailure('setup', `git cannot be started in ${cwd}`, { cause: error }));
    });
    child.on('close', status => {
      clearTimeout(timer);
      resolve(status ?? 128);
    });
  });
}

/** The whole process group, because git starts helpers. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
