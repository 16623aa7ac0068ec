/**
 * The archive: day files that are no longer looked at every day, compressed, below `g/ledger/.archive/`. Its `list.jsonl` names each
 * with its size and the SHA-256 of what was packed, so that what is unpacked is what was there, or is not given out.
 */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { builtin } from '../builtin.js';
import { appendBytes, closeFile, openForAppend } from '../disk/append.js';
import { makeDirectory, makePrivate } from '../disk/directory.js';
import { chunksOf, openForReading, readText, readWhole } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { createFile, replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { isAgentName } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import { type DayFile, ledgerDirectory, parseDayFileName } from './day-file.js';

export interface Archived {
  agent: string;
  day: string;
  /** Of the day file as it was. */
  bytes: number;
  lines: number;
  sha256: string;
  archived_at: string;
}

const archiveDirectory = (root: string): string => join(ledgerDirectory(root), '.archive');
const listPath = (root: string): string => join(archiveDirectory(root), 'list.jsonl');

function packedPath(root: string, { agent, day }: Pick<Archived, 'agent' | 'day'>): string {
  return join(archiveDirectory(root), agent, `${day}.jsonl.gz`);
}

/** What is in the archive, oldest day first. */
export function listArchived(root: string): Archived[] {
  const found = new Map<string, Archived>();
  for (const line of (readText(listPath(root)) ?? '').split('\n')) {
    const entry = parseEntry(line);
    if (entry) found.set(`${entry.day}/${entry.agent}`, entry);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function parseEntry(line: string): Archived | undefined {
  try {
    const value: unknown = JSON.parse(line || 'null');
    if (!isJsonObject(value)) return undefined;
    const { agent, day, sha256 } = value;
    const isNamed = typeof agent === 'string' && isAgentName(agent) && typeof day === 'string';
    if (!isNamed || parseDayFileName(`${day}.jsonl`) === undefined) return undefined;
    return typeof sha256 === 'string' ? (value as unknown as Archived) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Packs a day file of ours; the file itself stays. The caller holds the agent's lock. What was packed has been read back.
 * @throws Failure `disk`
 */
export function packDay(root: string, file: DayFile, archivedAt: string): Archived {
  const { agent, day } = file;
  const entry = { agent, day, ...measure(file.path), archived_at: archivedAt };
  const path = packedPath(root, entry);
  makeDirectory(root, join(archiveDirectory(root), agent));
  const known = listArchived(root).find(other => other.agent === agent && other.day === day);
  if (known?.sha256 === entry.sha256 && isPacked(root, known)) return known;
  removeFile(path);
  createFile(path, packedParts(file.path));
  if (!isPacked(root, entry)) throw new Failure('disk', `${path} is not what was written; check the disk`);
  const list = openForAppend(listPath(root));
  try {
    appendBytes(list, Buffer.from(`${JSON.stringify(entry)}\n`));
  } finally {
    closeFile(list);
  }
  return entry;
}

/** Each chunk of lines is a stream of its own, one behind the other: so a day of any size is packed in little memory. */
function* packedParts(path: string): Generator<Uint8Array> {
  const file = openForReading(path);
  try {
    for (const { bytes } of chunksOf(file, 0)) yield builtin('node:zlib').gzipSync(bytes);
  } finally {
    closeSync(file.fd);
  }
}

function measure(path: string): Pick<Archived, 'bytes' | 'lines' | 'sha256'> {
  const hash = builtin('node:crypto').createHash('sha256');
  const file = openForReading(path);
  let bytes = 0;
  let lines = 0;
  try {
    for (const chunk of chunksOf(file, 0)) {
      hash.update(chunk.bytes);
      bytes += chunk.bytes.length;
      for (const byte of chunk.bytes) if (byte === NEWLINE) lines++;
    }
  } finally {
    closeSync(file.fd);
  }
  return { bytes, lines, sha256: hash.digest('hex') };
}

const NEWLINE = 10;

function isPacked(root: string, entry: Archived): boolean {
  return unpack(root, entry) !== undefined;
}

/** What was packed; undefined when it is missing or is not what the list says. */
function unpack(root: string, entry: Archived): Buffer | undefined {
  const packed = readWhole(packedPath(root, entry));
  if (packed === undefined) return undefined;
  try {
    const content = builtin('node:zlib').gunzipSync(packed, { maxOutputLength: entry.bytes + 1 });
    const sha256 = builtin('node:crypto').createHash('sha256').update(content).digest('hex');
    return sha256 === entry.sha256 ? content : undefined;
  } catch (error) {
    // Not what gzip writes, or longer than what the list says.
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error)) return undefined;
    throw error;
  }
}

/**
 * Unpacks days into a directory of ours.
 * @throws Failure `disk` when one is missing or was changed
 */
export function unpackDay(root: string, entry: Archived, directory: string): DayFile {
  const { agent, day } = entry;
  const content = unpack(root, entry);
  if (content === undefined) {
    const path = packedPath(root, entry);
    throw new Failure('disk', `${path} is missing or not what was archived; bring it back from a backup`);
  }
  makePrivate(join(directory, agent));
  const path = join(directory, agent, `${day}.jsonl`);
  replaceFile(path, content);
  return { path, agent, day, writer: undefined, segment: 1 };
}
