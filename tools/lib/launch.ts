/**
 * What an executable's file in `dist/bin/` is: it starts the program in `dist/lib/`, and the parts that the program
 * asks for, from V8's code cache, so that nothing is parsed or compiled twice. Compiling is half of what a short
 * command costs beyond an empty Node process, and a hook runs on every tool call. Node has this built in from 22
 * on, and not in 20.
 *
 * Each part has a cache of its own. It is made at the end of the first successful run, when the functions that such
 * a run needs have been compiled, and again after each of the next runs, up to a few, because not every run needs
 * the same.
 *
 * Caches lie in `$XDG_CACHE_HOME/agent-ledger/` (`~/.cache/…`), one for each part, version of Node and
 * architecture. One begins with the hash of the build it was made of and a digit, the runs it has learnt from.
 * V8 refuses a cache that another V8 or other flags made; then, and wherever there is none, the part is
 * compiled from its source as usual, and the cache is made again. A cache is code: one that belongs to another
 * user, or that others may write to, is not used.
 *
 * This file itself is compiled at each start, so it is short and asks little of Node: whatever is called for the
 * first time is compiled first.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { Script } from 'node:vm';

/** Set by the build: the program's name, and 16 hex digits that change with any part. */
declare const PROGRAM: string;
declare const BUILD_HASH: string;

/** One that may still learn: its cache is to be kept. */
interface Pupil {
  cache: string;
  script: Script;
  learntFrom: number;
}

const { HOME, XDG_CACHE_HOME } = process.env;
const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
const directory = caches && `${caches}/agent-ledger`;

const RUNS_TO_LEARN_FROM = 6;
/** A multiple of eight: V8 copies a cache that does not begin at one. */
const HEADER_LENGTH = 24;

const parts: Record<string, unknown> = {};
const pupils: Pupil[] = [];

part(PROGRAM);

/** What a part exports. */
function part(name: string): unknown {
  parts[name] ??= start(name);
  return parts[name];
}

function start(name: string): unknown {
  const cache = `${directory}/${name.replace('/', '-')}-${process.version}-${process.arch}`;
  const filename = `${__dirname}/../lib/${name}.js`;
  const bytes = directory ? readCache(cache) : undefined;
  const cachedData = bytes?.subarray(HEADER_LENGTH);
  const script = new Script(readFileSync(filename, 'utf8'), { filename, cachedData });
  const learntFrom = !bytes || script.cachedDataRejected ? 0 : bytes[BUILD_HASH.length]! - 48;
  if (directory && learntFrom < RUNS_TO_LEARN_FROM) {
    if (pupils.length === 0) process.once('exit', keepCaches);
    pupils.push({ cache, script, learntFrom });
  }
  return script.runInThisContext()(require, __dirname, part);
}

function readCache(path: string): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    return ignoreDisk(error);
  }
  try {
    const { uid, mode, size } = fstatSync(fd);
    if (uid !== process.getuid!() || (mode & 0o022) !== 0) return undefined;
    const bytes = new Uint8Array(size);
    if (readSync(fd, bytes) < size) return undefined;
    for (let at = 0; at < BUILD_HASH.length; at++) {
      if (bytes[at] !== BUILD_HASH.charCodeAt(at)) return undefined;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}

function keepCaches(status: number): void {
  if (status !== 0 || process.argv.includes('--help') || process.argv.includes('--version')) return;
  try {
    mkdirSync(directory as string, { recursive: true, mode: 0o700 });
    for (const { cache, script, learntFrom } of pupils) {
      const header = `${BUILD_HASH}${learntFrom + 1}`.padEnd(HEADER_LENGTH);
      replaceCache(cache, Buffer.concat([Buffer.from(header), script.createCachedData()]));
    }
  } catch (error) {
    ignoreDisk(error);
  }
}

/** V8 looks at a cache's beginning alone: one that a power cut left half empty would crash every run after it. */
function replaceCache(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    if (writeSync(fd, bytes) < bytes.length) return;
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}

/** Whatever the disk refuses, the source does as well. */
function ignoreDisk(error: unknown): undefined {
  if (!(error instanceof Error && 'errno' in error)) throw error;
}
