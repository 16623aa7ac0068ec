/**
 * Pipes between a command and its wrapper. Node joins a child by a socket, which a program can tell: scripts
 * that write to `/dev/stderr` fail on one, and a reader that has gone shows itself differently. A named pipe
 * whose name is removed at once is a pipe like the shell's.
 */
import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { builtin } from '../../builtin.js';
import { removeFile } from '../../disk/remove.js';
import { Failure } from '../../failure.js';

export interface Pipe {
  /** What the command writes to; closed here by `release` once it has been started. */
  writeFd: number;
  reader: Socket;
  release(): void;
}

/** @param directory one of ours, private. @throws Failure `setup` where the system makes no named pipes */
export function openPipe(directory: string, name: string): Pipe {
  const path = join(directory, `${name}.pipe`);
  removeFile(path);
  const { status } = builtin('node:child_process').spawnSync('mkfifo', ['-m', '600', path], {
    stdio: 'ignore',
  });
  if (status !== 0) throw new Failure('setup', `cannot make the pipe ${path}`);
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(path, constants.O_WRONLY);
  removeFile(path);
  const { Socket } = builtin('node:net');
  return {
    writeFd,
    reader: new Socket({ fd: readFd, readable: true, writable: false }),
    release: () => closeSync(writeFd),
  };
}
