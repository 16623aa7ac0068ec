/**
 * The lines that come to one file, each once, while others append to it, heal its tail, repair it or replace
 * it by a longer copy.
 *
 * What was told of last is kept: its bytes and where they end. As long as they stand there, the news begin
 * there. Else the file was replaced or cut: it is searched for those bytes, and the news begin after them. A
 * last line without its newline waits, unless it is a whole event: no part of one is JSON. When
 * following begins nothing is known of the last line but where the file ended; were it in the middle of a
 * line, that line is news.
 */
import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { readBytes } from '../disk/append.js';
import { ifPresent } from '../disk/errno.js';
import { chunksOf, lineStart, linesOf, type OpenFile, openIfPresent } from '../disk/read.js';
import { type Match, matchOf } from './scan.js';
import type { Skipped } from './skipped.js';

const NEWLINE = 10;

export class FollowedFile {
  private inode: number | undefined;
  /** How much of the file was looked at. */
  private size: number;
  /** The last line that was told of, without its newline. */
  private last: Buffer | undefined;
  /** Where its bytes end, which is before its newline. */
  private position: number;

  /** @param known what the file was when following began; undefined when it was not there yet */
  constructor(
    readonly path: string,
    known: Stats | undefined,
  ) {
    this.inode = known?.ino;
    this.size = this.position = known?.size ?? 0;
  }

  /** Tells of each event that came since the last time. @throws Failure when the file cannot be read */
  readNews(skipped: Skipped, tell: (match: Match) => void): void {
    const stats = ifPresent(`cannot look at ${this.path}`, () => statSync(this.path));
    if (stats === undefined || (stats.ino === this.inode && stats.size === this.size)) return;
    const file = openIfPresent(this.path);
    if (file === undefined) return;
    try {
      const { ino, size } = fstatSync(file.fd);
      this.findPlace(file, size, skipped);
      this.inode = ino;
      this.size = size;
      this.readLines(file, skipped, tell);
    } finally {
      closeSync(file.fd);
    }
  }

  private readLines(file: OpenFile, skipped: Skipped, tell: (match: Match) => void): void {
    for (const chunk of chunksOf(file, this.position)) {
      for (const line of linesOf(chunk)) {
        const end = line.position + line.bytes.length;
        this.size = line.isTerminated ? end + 1 : end;
        const match = line.bytes.length > 0 ? matchOf(line) : undefined;
        if (match === undefined && (line.bytes.length === 0 || !line.isTerminated)) continue;
        this.last = Buffer.from(line.bytes);
        this.position = end;
        if (match) tell({ ...match, bytes: this.last });
        else skipped.line(this.path);
      }
    }
  }

  /** Finds where the news begin. */
  private findPlace(file: OpenFile, size: number, skipped: Skipped): void {
    const { last, position } = this;
    if (last === undefined) {
      this.position = Math.min(position, size);
      this.backToLineStart(file);
    } else if (position > size || !readBytes(file, position - last.length, last.length).equals(last)) {
      const found = endOfLine(file, last);
      this.position = found ?? size;
      if (found !== undefined) return;
      this.last = undefined;
      skipped.say(`${this.path} was rewritten without the last line shown; going on at its end`);
    }
  }

  private backToLineStart(file: OpenFile): void {
    if (this.position === 0) return;
    const around = readBytes(file, this.position - 1, 2);
    if (!around.includes(NEWLINE)) this.position = lineStart(file, this.position);
  }
}

/** Where the last line with these bytes ends; undefined when there is none. */
function endOfLine(file: OpenFile, wanted: Buffer): number | undefined {
  let end: number | undefined;
  for (const chunk of chunksOf(file, 0)) {
    for (const { bytes, position } of linesOf(chunk)) {
      if (bytes.equals(wanted)) end = position + bytes.length;
    }
  }
  return end;
}
