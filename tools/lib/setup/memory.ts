/**
 * What wiring remembers, in `$XDG_STATE_HOME/agent-ledger/setup/`: for each text that was changed how it was
 * before and how it was left, so that removing can give back the very bytes when nobody edited it since. Each
 * change leaves a backup in `backups/`. It is a help and not the truth: without it, removing goes by what is
 * in the text.
 */
import { basename, join } from 'node:path';
import { type Clock, formatTimestamp } from '../clock.js';
import { readForeign, removeForeign } from '../disk/amend.js';
import { listDirectory, makePrivate } from '../disk/directory.js';
import { withLock } from '../disk/lock.js';
import { readText } from '../disk/read.js';
import { createFile, replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { isJsonObject } from '../record/json.js';
import { sha256Hex } from '../sha256.js';

export interface Remembered {
  name: string;
  client: string;
  /** Path of the backup that holds it as it was before us; null when there was none. */
  before: string | null;
  /** SHA-256 of the bytes we left. */
  left: string;
  /** The topmost directory that was made for it. */
  made?: string | undefined;
}

export interface Memory {
  directory: string;
  clock: Clock;
}

const LOCK_TIMEOUT_MS = 5000;

/** Runs `action` while no other ledger-init changes anything of this person's. */
export function withMemory<T>({ directory, clock }: Memory, action: () => T): T {
  makePrivate(join(directory, 'backups'));
  const options = { clock, timeoutMs: LOCK_TIMEOUT_MS, guards: 'the wiring of agents' };
  return withLock(join(directory, 'lock'), options, action);
}

/** What is remembered of a text; undefined when nothing, or nothing readable. */
export function recall({ directory }: Memory, name: string): Remembered | undefined {
  const record = parseRecord(readText(recordPath(directory, name)));
  return record?.name === name ? record : undefined;
}

export function recallAll({ directory }: Memory): Remembered[] {
  return listDirectory(directory)
    .filter(name => name.endsWith('.json'))
    .flatMap(name => parseRecord(readText(join(directory, name))) ?? []);
}

export function remember({ directory }: Memory, record: Remembered): void {
  replaceFile(recordPath(directory, record.name), `${JSON.stringify(record, null, 2)}\n`, {
    isDurable: true,
  });
}

export function forget({ directory }: Memory, name: string): void {
  const file = readForeign(recordPath(directory, name));
  if (file.bytes !== undefined) removeForeign(file);
}

/** Keeps bytes as they are now. @returns the path of the backup */
export function keepBackup({ directory, clock }: Memory, name: string, bytes: Buffer): string {
  const instantMs = clock.nowMs();
  const time = formatTimestamp(instantMs, clock.offsetMinutes(instantMs))
    .slice(0, 23)
    .replaceAll(/[:.]/g, '-');
  const path = join(directory, 'backups', `${basename(name)}.${sha256Hex(name).slice(0, 8)}.${time}`);
  for (let number = 1; number < 100; number++) {
    const free = number === 1 ? path : `${path}.${number}`;
    if (createFile(free, bytes)) return free;
  }
  throw new Failure('disk', `${path} exists already; run it again`);
}

/** The bytes of a backup; undefined when it is gone. */
export function readBackup(path: string): Buffer | undefined {
  return readForeign(path).bytes;
}

function recordPath(directory: string, name: string): string {
  return join(directory, `${sha256Hex(name).slice(0, 16)}.json`);
}

function parseRecord(text: string | undefined): Remembered | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    const isRecord =
      isJsonObject(value) && [value.name, value.client, value.left].every(field => typeof field === 'string');
    return isRecord ? (value as unknown as Remembered) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
