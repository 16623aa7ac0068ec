/**
 * The payload on standard input, whole and soon. Loading Node's streams would cost more than the append, so
 * it is read synchronously; and because a blocking read of a pipe that nobody closes could not be given up,
 * the pipe is read without blocking and asked again until the JSON is complete, the pipe is closed, or time is
 * up. Where the pipe we were given is made non-blocking, Node itself sets it back when the process ends.
 */
import { constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../clock.js';
import { errnoOf } from '../../disk/errno.js';

const LONGEST_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const PAUSE_MS = 1;

export interface StdinOptions {
  clock: Clock;
  /** Until when to wait for the rest, in ms since the process started. */
  untilMs: number;
}

/** The text that arrived in time, at most 4 MiB; empty for a terminal or a closed input. */
export function readPayload({ clock, untilMs }: StdinOptions): string {
  const fd = openStdin();
  if (fd === undefined) return '';
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < LONGEST_BYTES) {
    const chunk = readChunk(fd);
    if (chunk === undefined) {
      if (process.uptime() * 1000 >= untilMs || isWhole(chunks)) break;
      clock.sleepMs(PAUSE_MS);
    } else if (chunk.length === 0) {
      break;
    } else {
      chunks.push(chunk);
      length += chunk.length;
    }
  }
  return textOf(chunks);
}

/** Most payloads come in one chunk, and what joins several would have to be compiled first. */
function textOf(chunks: Buffer[]): string {
  return (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString();
}

/** What to read from; undefined when there is nothing to wait for. */
function openStdin(): number | undefined {
  try {
    const stats = fstatSync(0);
    if (stats.isFile()) return 0;
    if (stats.isFIFO()) return openAgain() ?? makeNonBlocking();
    return stats.isSocket() ? makeNonBlocking() : undefined;
  } catch (error) {
    if (errnoOf(error) === 'EBADF') return undefined;
    throw error;
  }
}

/** Linux opens the same pipe once more, not blocking, and leaves the one we were given as it is. */
function openAgain(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

interface PipeBinding {
  Pipe: new (type: number) => { open(fd: number): number | undefined; unref(): void };
  constants: { SOCKET: number };
}

/** What `process.stdin` does to a pipe, without the 4 ms of loading what is around it. */
function makeNonBlocking(): number {
  const { binding } = process as unknown as { binding?: (name: 'pipe_wrap') => PipeBinding };
  if (binding === undefined) return 0;
  const { Pipe, constants } = binding('pipe_wrap');
  const pipe = new Pipe(constants.SOCKET);
  pipe.open(0);
  pipe.unref();
  return 0;
}

/** @returns an empty chunk at the end, undefined when there is nothing yet */
function readChunk(fd: number): Buffer | undefined {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EAGAIN') return undefined;
    if (code === 'EOF' || code === 'ECONNRESET') return chunk.subarray(0, 0);
    throw error;
  }
}

/** Whether the client has said all it has to say, though it keeps the pipe open. */
function isWhole(chunks: Buffer[]): boolean {
  const text = textOf(chunks).trimEnd();
  if (!text.endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
