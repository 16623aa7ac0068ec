/**
 * The life of the daemon of one root.
 *
 * One per root: it holds a kernel lock in the control plane as long as it lives, so a socket that is left behind belongs
 * to nobody, and of two that are started at once one says that the other is there. It begins to listen only under that
 * lock. It ends when it is asked to, when nobody has used it for `daemon.idle_timeout_s`, when its root is gone, and
 * when the installed version or the configuration has changed; then it starts its successor, or lets its supervisor do
 * so. Ending is draining: no more requests are taken, those in flight are answered and synced, then the lock is freed.
 * In the meantime clients use the executables, as they do when it was killed.
 */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { errnoOf } from '../disk/errno.js';
import { holdLock } from '../disk/lock.js';
import { removeFile } from '../disk/remove.js';
import { replaceLink } from '../disk/replace.js';
import type { SharedSync } from '../disk/shared-sync.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import { type Address, addressOf, makeSocketDirectory } from './address.js';
import type { Handle } from './connection.js';
import type { Log } from './log.js';
import { RequestServer } from './server.js';

export type End = 'asked' | 'idle' | 'gone' | 'changed';

export interface Listening {
  server: RequestServer;
  path: string;
}

export interface DaemonOptions {
  place: Place;
  environment: Record<string, string | undefined>;
  uid: number;
  handle: Handle;
  syncs: SharedSync;
  log: Log;
  /** 0: never. */
  idleTimeoutMs: number;
  /** Somebody needs it, though nobody asks. */
  isNeeded(): boolean;
  /** Files whose change makes a successor necessary, the program first. */
  watched: [string, ...string[]];
  /** Aborted when the daemon is asked to end. */
  signal: AbortSignal;
  /** Told when clients can connect. */
  onListening(listening: Listening): void;
}

const READ_TIMEOUT_MS = 30_000;
const LIFETIME_MS = 300_000;
const DRAIN_MS = 5000;
const LOOK_MS = 2000;
/** The mark of a file that is not there. */
const ABSENT = 'none';

/**
 * Takes the daemon's place for this root, until `release`.
 * @throws Failure `contention` when it is taken
 */
export function takePlace({ control }: Place): { release(): void } {
  makePrivate(control);
  const lock = holdLock(join(control, 'ledgerd.lock'));
  if (lock === undefined) throw new Failure('contention', 'ledgerd runs already for this root');
  return lock;
}

/** Serves until it has a reason to end. The caller holds the daemon's place. */
export async function serveRoot(options: DaemonOptions): Promise<End> {
  const { place, environment, uid, handle, log, signal } = options;
  const address = addressOf(place, environment, uid);
  const limits = { readTimeoutMs: READ_TIMEOUT_MS, lifetimeMs: LIFETIME_MS };
  const server = new RequestServer({ handle, limits, warn: message => log.warn(message) });
  await listen(server, address, uid);
  log.info(`listening on ${address.path}`);
  options.onListening({ server, path: address.path });
  try {
    return await reasonToEnd(server, address, options);
  } finally {
    if (!signal.aborted) log.info('ending');
    await server.drain(DRAIN_MS);
    await options.syncs.durable();
    for (const link of address.links) removeFile(link);
  }
}

/** Whatever lies in the socket's place was left behind: this process holds the lock. */
async function listen(server: RequestServer, { path, links }: Address, uid: number): Promise<void> {
  for (const name of [path, ...links]) makeSocketDirectory(dirname(name), uid);
  removeFile(path);
  const mask = process.umask(0o177);
  const listening = server.listen(path);
  process.umask(mask);
  await listening;
  for (const link of links) replaceLink(link, path);
}

function reasonToEnd(server: RequestServer, address: Address, options: DaemonOptions): Promise<End> {
  const { place, signal, idleTimeoutMs, watched, syncs } = options;
  const [root, socket] = [inodeOf(place.root), inodeOf(address.path)];
  const hasChanged = changeOf(watched);
  return new Promise(resolve => {
    const end = (reason: End): void => {
      clearInterval(timer);
      resolve(reason);
    };
    const look = (): void => {
      syncs.sweep();
      if (inodeOf(place.root) !== root) end('gone');
      else if (hasChanged() || inodeOf(address.path) !== socket) end('changed');
      else if (isIdle(server, idleTimeoutMs) && !options.isNeeded()) end('idle');
    };
    const timer = setInterval(look, LOOK_MS);
    if (signal.aborted) end('asked');
    else signal.addEventListener('abort', () => end('asked'), { once: true });
  });
}

/**
 * Tells at each look whether the files have changed and are whole again: an installation takes its time, and in the
 * middle of it there is nothing to start.
 */
function changeOf([program, ...others]: [string, ...string[]]): () => boolean {
  const marks = (): string => [program, ...others].map(markOf).join();
  const first = marks();
  let last = first;
  return () => {
    const now = marks();
    const isSettled = now === last && markOf(program) !== ABSENT;
    last = now;
    return now !== first && isSettled;
  };
}

function isIdle(server: RequestServer, timeoutMs: number): boolean {
  return timeoutMs > 0 && !server.isBusy && performance.now() - server.lastUsedMs > timeoutMs;
}

const inodeOf = (path: string): string => markOf(path).split(':', 1)[0]!;

/** What tells a file from another one that took its name, or from itself before a change. */
function markOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? ABSENT : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return ABSENT;
  }
}
