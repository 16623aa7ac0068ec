/**
 * Taking lines out of an append-only file while tools that know nothing of our lock may append to it.
 *
 * The caller holds the lock, so our own writers wait. The protocol, for `log`:
 *
 * 1. Sift `log`: which lines stay. A last line without its newline is judged once the file stands still.
 * 2. Save the lines that go in `log.torn-<id>`, synced.
 * 3. Write those that stay to `.log.tmp`, byte for byte. Whole lines that were appended meanwhile follow them
 *    unjudged. Sync it, look at the size of `log` again, and go on as long as it grows, a few times.
 * 4. Give `log` a second name, `.log.replaced-<from>-<seen>`; rename `.log.tmp` over `log`; sync the directory.
 * 5. A writer that opened `log` before the rename still writes to the replaced file. What arrives there is
 *    appended to the new one, each batch in one write, until nothing has come for a moment.
 * 6. Remove the second name.
 *
 * Guaranteed: a reader sees the old file or the new one. Killed at any step, nothing that stays and nothing
 * that goes is lost: before 4 `log` is untouched; after it, the replaced file is still there under its second
 * name, and the next rewrite first takes over what is missing. A line that was appended by opening `log`,
 * writing and closing it (`echo >>`) is in `log`, provided that it was written within QUIET_MS of its opening.
 * A program that keeps `log` open for longer and goes on writing to it is noticed while it does so: then the
 * second name stays, and the next rewrite takes over what came. One that is silent for all of that time and
 * writes later writes into the removed file: nothing on this side can see it.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.js';
import { Failure } from '../failure.js';
import { type AppendFile, appendBytes, closeFile, openForAppend, readBytes } from './append.js';
import { listDirectory } from './directory.js';
import { diskFailure, errnoOf, onDisk } from './errno.js';
import { type Replaced, takeOverLate, takeOverMissing } from './late-lines.js';
import { openForReading } from './read.js';
import { createFile, discard, writeWhole } from './replace.js';
import {
  keptParts,
  type Range,
  removedBefore,
  removedParts,
  type Sifted,
  type SiftRules,
  sift,
  sizeOf,
} from './sift.js';
import { syncDirectory } from './sync.js';

export interface RewriteRules extends SiftRules {
  /** Names the quarantine file. */
  id: string;
  /**
   * Called before the new file takes the place of the old one.
   * @param placeIn where a place in the old file, at the beginning of a line, is in the new one
   */
  beforeReplace(placeIn: (place: number) => number): void;
}

export interface Rewritten {
  /** Where the lines that were taken out are now; undefined when only a newline was missing. */
  quarantine: string | undefined;
  /** Their numbers, from 1. */
  lines: number[];
  /** The number of a last line that was whole and got its newline. */
  completed: number | undefined;
  /** Another program still appends to the replaced file, which is kept under this name. */
  kept: string | undefined;
}

/** So many times the file may grow while it is rewritten before the rest is left to the take-over. */
const ROUNDS = 5;
const NEWLINE = Buffer.from('\n');

/** Whether an earlier rewrite of the file was interrupted. */
export function hasReplaced(path: string): boolean {
  return replacedNames(path).length > 0;
}

/**
 * Takes the lines out that do not stay.
 * @returns undefined when all stay
 */
export function rewriteLines(path: string, rules: RewriteRules): Rewritten | undefined {
  for (const name of replacedNames(path)) finishInterrupted(path, name, rules.clock);
  const file = openForAppend(path);
  try {
    const sifted = sift(file, rules);
    const { lines, tail, tailLine: completed } = sifted;
    if (lines.length === 0) {
      if (tail.length === 0) return undefined;
      appendBytes(file, NEWLINE);
      return { quarantine: undefined, lines, completed, kept: undefined };
    }
    const quarantine = `${path}.torn-${rules.id}`;
    if (!createFile(quarantine, removedParts(file, sifted))) {
      throw new Failure('disk', `${quarantine} exists already; run it again`);
    }
    return { quarantine, lines, completed, kept: replaceBySifted(file, sifted, rules) };
  } finally {
    closeFile(file);
  }
}

/** @returns the second name of the replaced file, when somebody still writes to it */
function replaceBySifted(file: AppendFile, sifted: Sifted, rules: RewriteRules): string | undefined {
  const { path } = file;
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  let secondName: string | undefined;
  let place: Pick<Replaced, 'from' | 'seen'>;
  try {
    place = writeSifted(temporary, file, sifted);
    rules.beforeReplace(at => at - removedBefore(sifted, at));
    secondName = linkReplaced(path, place);
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    discard(temporary);
    throw diskFailure(error, `cannot replace ${path}`);
  }
  const isQuiet = takeOverLate({ fd: file.fd!, path, ...place }, rules.clock);
  if (isQuiet && secondName !== undefined) discard(secondName);
  return isQuiet ? undefined : secondName;
}

/** Writes what stays, and what is appended meanwhile. @returns what of the file is accounted for by that */
function writeSifted(temporary: string, file: AppendFile, sifted: Sifted): Pick<Replaced, 'from' | 'seen'> {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    fchmodSync(fd, fstatSync(file.fd!).mode & 0o777);
    for (const part of keptParts(file, sifted)) writeWhole(fd, part, temporary);
    if (sifted.tailLine) writeWhole(fd, Buffer.concat([sifted.tail, NEWLINE]), temporary);
    let from = sifted.tailLine ? file.size : sifted.end;
    let seen = file.size;
    for (let round = 0; round < ROUNDS; round++) {
      fsyncSync(fd);
      const size = sizeOf(file);
      if (size <= seen) break;
      from = copyLines(fd, file, { start: from, end: size });
      seen = size;
    }
    return { from, seen: seen === file.size ? seen : from };
  } finally {
    closeSync(fd);
  }
}

/** Copies the whole lines of a range. @returns where they end */
function copyLines(fd: number, file: AppendFile, { start, end }: Range): number {
  const rest = readBytes(file, start, end - start);
  const length = rest.lastIndexOf(NEWLINE) + 1;
  // The newline that a whole last line lacked is there already.
  const skipped = rest.at(0) === NEWLINE[0] ? 1 : 0;
  if (length > skipped) writeWhole(fd, rest.subarray(skipped, length), file.path);
  return start + length;
}

/** A file system without second names does without; then only a kill in the next moments is not covered. */
function linkReplaced(path: string, { from, seen }: Pick<Replaced, 'from' | 'seen'>): string | undefined {
  const name = join(dirname(path), `.${basename(path)}.replaced-${from}-${seen}`);
  try {
    linkSync(path, name);
    return name;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function replacedNames(path: string): string[] {
  const prefix = `.${basename(path)}.replaced-`;
  return listDirectory(dirname(path)).filter(name => name.startsWith(prefix));
}

function finishInterrupted(path: string, name: string, clock: Clock): void {
  const secondName = join(dirname(path), name);
  const [from, seen] = name.split('-').slice(-2).map(Number) as [number, number];
  const { fd } = openForReading(secondName);
  try {
    const isReplaced = onDisk(`cannot look at ${path}`, () => statSync(path).ino !== fstatSync(fd).ino);
    const replaced = { fd, path, from, seen };
    if (isReplaced) takeOverMissing(replaced);
    if (!isReplaced || takeOverLate(replaced, clock)) discard(secondName);
  } finally {
    closeSync(fd);
  }
}
