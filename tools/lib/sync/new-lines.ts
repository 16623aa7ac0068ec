/**
 * The lines of a local file that are not on the branch yet. With a watermark that fits, those behind it, and nothing else is
 * read. Without, the whole file is read, and what the branch has of it already is left out, whatever order it has there: what
 * is on the branch is never changed, only added to.
 */
import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { readBytes } from '../disk/append.js';
import { ifPresent, onDisk } from '../disk/errno.js';
import { chunksOf, lineStart, type OpenFile, openForReading } from '../disk/read.js';
import type { FileChange, TreeReader } from '../git/build-commit.js';
import { sha256Hex } from '../sha256.js';
import type { LineMark } from './marks.js';
import { SegmentedLines } from './segments.js';

export interface Source {
  path: string;
  /** Where its lines lie on the branch, without the ending. */
  base: string;
  mark: LineMark | undefined;
  /** The lines of a chunk, each with its newline, that belong on the branch. */
  wanted(chunk: Buffer): Iterable<Buffer>;
  /** Stop after so many bytes of new lines. */
  mostBytes: number;
}

export interface NewLines {
  /** Undefined when the mark stays as it is. */
  mark: LineMark;
  changes: FileChange[];
  count: number;
  bytes: number;
  /** There are more than `mostBytes`. */
  hasMore: boolean;
}

export async function readNewLines(tree: TreeReader, source: Source): Promise<NewLines> {
  const file = openForReading(source.path);
  try {
    const known = await openAtMark(tree, source, file);
    if (known) return addLines(file, source, { lines: known, from: source.mark!.read, isThere: () => false });
    const there = new Map<string, number>();
    const lines = await SegmentedLines.find(tree, source.base, content => countLines(content, there));
    return addLines(file, source, { lines, from: 0, isThere: line => takeOne(there, line) });
  } finally {
    closeSync(file.fd);
  }
}

/** Whether a file is as it was when it was marked, as far as a look at it tells. */
export function isUnchanged(path: string, mark: LineMark | undefined): boolean {
  const stats = ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
  return stats !== undefined && stats.size === mark?.read && versionOf(stats) === mark.version;
}

function versionOf({ ino, mtimeMs }: Stats): string {
  return `${ino} ${mtimeMs}`;
}

async function openAtMark(
  tree: TreeReader,
  { base, mark }: Source,
  file: OpenFile,
): Promise<SegmentedLines | undefined> {
  if (mark === undefined || mark.tail !== tailAt(file, mark.read)) return undefined;
  return SegmentedLines.open(tree, base, mark);
}

function statOf({ fd, path }: OpenFile): Stats {
  return onDisk(`cannot look at ${path}`, () => fstatSync(fd));
}

/** Names the line that ends before a place; what is no end of a line has no name. */
function tailAt(file: OpenFile, end: number): string {
  const { size } = statOf(file);
  if (end > size) return 'beyond the end';
  if (end === 0) return 'nothing';
  const start = lineStart(file, end - 1);
  const line = readBytes(file, start, end - start);
  return line.at(-1) === 10 ? sha256Hex(line).slice(0, 16) : 'no line';
}

interface Adding {
  lines: SegmentedLines;
  from: number;
  /** Whether the branch has the line already. */
  isThere(line: Buffer): boolean;
}

function addLines(file: OpenFile, source: Source, { lines, from, isThere }: Adding): NewLines {
  let read = from;
  let count = 0;
  let bytes = 0;
  let hasMore = false;
  for (const chunk of chunksOf(file, from)) {
    // A last line without its newline may be a write on its way.
    const whole = chunk.bytes.subarray(0, chunk.bytes.lastIndexOf(10) + 1);
    hasMore = bytes >= source.mostBytes && whole.length > 0;
    if (hasMore) break;
    for (const line of source.wanted(whole)) {
      if (isThere(line)) continue;
      lines.add(line);
      count++;
      bytes += line.length;
    }
    read = chunk.position + whole.length;
  }
  const { changes, end } = lines.result();
  const version = versionOf(statOf(file));
  return { mark: { ...end, read, version, tail: tailAt(file, read) }, changes, count, bytes, hasMore };
}

function countLines(content: Buffer, there: Map<string, number>): void {
  for (let start = 0; start < content.length; ) {
    const newline = content.indexOf(10, start);
    const end = newline === -1 ? content.length : newline + 1;
    const key = nameOf(content.subarray(start, end));
    there.set(key, (there.get(key) ?? 0) + 1);
    start = end;
  }
}

function takeOne(there: Map<string, number>, line: Buffer): boolean {
  const key = nameOf(line);
  const count = there.get(key) ?? 0;
  if (count > 0) there.set(key, count - 1);
  return count > 0;
}

const nameOf = (line: Buffer): string => sha256Hex(line);
