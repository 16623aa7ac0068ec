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
  /** Nobody reads any more: who writes is told so. */
  close(): void;
  /** Once `reader` is destroyed: a process of its own writes what is still to come to this descriptor of ours. */
  handOver(fd: number): void;
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
  // Keeps what is in the pipe when the reader is destroyed.
  const keptFd = openSync(path, constants.O_RDONLY);
  removeFile(path);
  const { Socket } = builtin('node:net');
  const reader = new Socket({ fd: readFd, readable: true, writable: false });
  let isKept = true;
  const closeKept = (): void => {
    if (isKept) closeSync(keptFd);
    isKept = false;
  };
  return {
    writeFd,
    reader,
    release: () => closeSync(writeFd),
    close: () => {
      reader.destroy();
      closeKept();
    },
    handOver: fd => {
      if (isKept) forward(keptFd, fd);
      closeKept();
    },
  };
}

/** A `cat` that outlives us, in a session of its own; the end of what it forwards ends it. */
function forward(from: number, to: number): void {
  const child = builtin('node:child_process').spawn('cat', { stdio: [from, to, 'ignore'], detached: true });
  // Without a `cat` nobody reads what comes, as if we had ended.
  child.on('error', () => undefined);
  child.unref();
}
