/**
 * Learning that nobody reads standard output any more. Who only waits for events would learn it at the next
 * write, which may be never, and Node waits for readers of its own alone.
 *
 * Writing no bytes fails at once where the other end of a socket is closed, and on macOS where that of a pipe
 * is: so standard output is asked now and then. On Linux writing no bytes to a pipe always succeeds, and only
 * waiting tells. libuv waits on a pipe it may only write to when it is given it as a TCP handle: reading from
 * it fails as soon as the last reader has gone. The pipe is opened anew for that, because libuv makes it
 * non-blocking, and others may write to ours.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { errnoOf } from '../disk/errno.js';

const EVERY_MS = 250;
const STANDARD_OUTPUT = 1;
const NOTHING = new Uint8Array(0);
/** What tells of a reader that has gone: of a pipe or socket, a named pipe opened anew, a terminal. */
const GONE = new Set(['EPIPE', 'ENXIO', 'EIO']);

/** Calls back once when the reader has gone; never where the system does not tell. Keeps no process alive. */
export function whenReaderGoes(tell: () => void): void {
  if (isGone(waitOnPipe, tell)) tell();
  const timer = setInterval(() => {
    if (!isGone(() => writeSync(STANDARD_OUTPUT, NOTHING))) return;
    clearInterval(timer);
    tell();
  }, EVERY_MS);
  timer.unref();
}

/** Whether an action on standard output failed because there is no reader; other refusals tell nothing. */
function isGone<A extends unknown[]>(action: (...args: A) => unknown, ...args: A): boolean {
  try {
    action(...args);
    return false;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return GONE.has(code);
  }
}

interface TcpBinding {
  TCP: new (
    type: number,
  ) => {
    open(fd: number): number;
    unref(): void;
    readStart(): number;
    onread: () => void;
  };
  constants: { SOCKET: number };
}

function waitOnPipe(tell: () => void): void {
  const { binding } = process as unknown as { binding?: (name: 'tcp_wrap') => TcpBinding };
  if (process.platform !== 'linux' || binding === undefined || !fstatSync(STANDARD_OUTPUT).isFIFO()) return;
  const { TCP, constants: types } = binding('tcp_wrap');
  const handle = new TCP(types.SOCKET);
  handle.onread = tell;
  handle.open(openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK));
  handle.readStart();
  handle.unref();
}
