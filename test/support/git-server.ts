/** A real git server on loopback, for the time of a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { git } from './git.js';
import { temporaryDirectory } from './workspace.js';

export interface GitServer {
  port: number;
  /** The bare repository itself. */
  repository: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Serves one bare repository by `git daemon` at `git://127.0.0.1:<port>/remote.git`. */
export async function startGitServer(): Promise<GitServer> {
  const base = temporaryDirectory();
  const repository = join(base, 'remote.git');
  git('/', 'init', '--quiet', '--bare', repository);
  const port = await freePort();
  let daemon: ChildProcess | undefined;
  const server: GitServer = {
    ...{ port, repository },
    start: async () => {
      const options = ['--reuseaddr', '--export-all', '--enable=receive-pack', `--base-path=${base}`];
      const args = ['daemon', ...options, '--listen=127.0.0.1', `--port=${port}`, base];
      daemon = spawn('git', args, { stdio: 'ignore', detached: true });
      await accepting(port);
    },
    stop: async () => {
      if (!daemon) return;
      const ended = once(daemon, 'exit');
      process.kill(-daemon.pid!, 'SIGKILL');
      daemon = undefined;
      await ended;
    },
  };
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

export function urlAt(port: number): string {
  return `git://127.0.0.1:${port}/remote.git`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function accepting(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await pause(25);
  }
  throw new Error(`no git server at port ${port}`);
}
