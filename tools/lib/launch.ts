/**
 * What an executable's file in `dist/bin/` is: it starts the program in `dist/lib/` from V8's code cache, so
 * that nothing is parsed or compiled twice. Compiling is half of what a short command costs beyond an empty
 * Node process, and a hook runs on every tool call. Node has this built in from 22 on, and not in 20.
 *
 * The cache is made at the end of the first successful run, when the functions that such a run needs have
 * been compiled, and again after each of the next runs, up to a few, because not every run needs the same. A
 * program that had nothing to do says so, and teaches only where nothing is known.
 *
 * The cache lies in `$XDG_CACHE_HOME/agent-ledger/` (`~/.cache/…`), one for each version of Node and
 * architecture. It begins with the hash of the program it was made of and a digit, the runs it has learnt from.
 * V8 refuses a cache that another V8 or other flags made; then, and wherever there is none, the program is
 * compiled from its source as usual, and the cache is made again. A cache is code: one that belongs to another
 * user, or that others may write to, is not used.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { wasIdleRun } from './idle-run.js';

/** Set by the build: the program's name, and 16 hex digits of the hash of its source. */
declare const PROGRAM: string;
declare const PROGRAM_HASH: string;

const path = join(__dirname, '..', 'lib', `${PROGRAM}.js`);
const { HOME, XDG_CACHE_HOME } = process.env;
const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
const directory = caches && `${caches}/agent-ledger`;
const cache = `${directory}/${PROGRAM}-${process.version}-${process.arch}`;

const RUNS_TO_LEARN_FROM = 6;
/** A multiple of eight: V8 copies a cache that does not begin at one. */
const HEADER_LENGTH = 24;

let learntFrom = 0;
const cachedData = directory ? readCache() : undefined;
const script = new Script(readFileSync(path, 'latin1'), {
  filename: path,
  ...(cachedData && { cachedData }),
});
if (!cachedData || script.cachedDataRejected) learntFrom = 0;
if (directory && learntFrom < RUNS_TO_LEARN_FROM) process.once('exit', keepCache);
script.runInThisContext()(require, module, __dirname);

function readCache(): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(cache, 'r');
  } catch (error) {
    return ignoreDisk(error);
  }
  try {
    const { uid, mode } = fstatSync(fd);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return undefined;
    const bytes = readFileSync(fd);
    if (bytes.toString('latin1', 0, PROGRAM_HASH.length) !== PROGRAM_HASH) return undefined;
    learntFrom = Number(String.fromCharCode(bytes[PROGRAM_HASH.length]!));
    return bytes.subarray(HEADER_LENGTH);
  } finally {
    closeSync(fd);
  }
}

function keepCache(status: number): void {
  const isExample = !wasIdleRun();
  if (status !== 0 || (cachedData && !script.cachedDataRejected && !isExample)) return;
  if (process.argv.includes('--help') || process.argv.includes('--version')) return;
  const temporary = `${cache}.${process.pid}`;
  try {
    mkdirSync(directory as string, { recursive: true, mode: 0o700 });
    const header = `${PROGRAM_HASH}${learntFrom + Number(isExample)}`.padEnd(HEADER_LENGTH);
    const bytes = Buffer.concat([Buffer.from(header), script.createCachedData()]);
    writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, cache);
  } catch (error) {
    ignoreDisk(error);
  }
}

/** Whatever the disk refuses, the source does as well. */
function ignoreDisk(error: unknown): undefined {
  if (!(error instanceof Error && 'errno' in error)) throw error;
}
