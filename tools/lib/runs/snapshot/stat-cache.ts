/**
 * Hashes remembered from the last snapshot of a tree, so that only what changed is read again. A file is taken for
 * unchanged when its type, size, times, and inode are those of then.
 *
 * That alone would miss a change that comes so soon after the file was hashed that its times stay the same: clocks
 * of file systems tick. So, as git does with its index (`racy-git.txt`), a file whose times are not older than the
 * moment at which the snapshot began, by the clock of the file system, is read again the next time. Where times
 * are whole seconds, as on old file systems, it must be two seconds older.
 *
 * Both the remembered files and those of the tree come sorted by path, so that they are merged and never held.
 */
import type { Stats } from 'node:fs';
import { fileSize, readChunks } from '../../disk/read.js';
import { Replacement } from '../../disk/replacement.js';

interface Remembered {
  path: string;
  /** What its stats were. */
  mark: string;
  sha256: string;
}

const HEAD = 'agent-ledger stat cache 1 ';
const COARSE_MS = 2000;

export class StatCache {
  private readonly next: Replacement;
  private readonly remembered: Iterator<Remembered>;
  private current: Remembered | undefined;
  /** Older times are trusted. */
  private trustedBeforeMs = -Infinity;

  /** @param path of the cache; the caller holds the lock that guards it */
  constructor(private readonly path: string) {
    this.next = new Replacement(`${path}.tmp`);
    this.remembered = this.read();
    this.advance();
    this.next.write(`${HEAD}${this.next.madeMs}\n`);
  }

  /** The hash of a file that has not changed. Asked with paths in their order. */
  lookUp(path: string, stats: Stats): string | undefined {
    while (this.current && this.current.path < path) this.advance();
    if (this.current?.path !== path || this.current.mark !== markOf(stats)) return undefined;
    return isOlder(stats, this.trustedBeforeMs) ? this.current.sha256 : undefined;
  }

  remember(path: string, stats: Stats, sha256: string): void {
    if (!path.includes('\n')) this.next.write(`${sha256} ${markOf(stats)} ${path}\n`);
  }

  commit(): void {
    this.next.commit(this.path);
  }

  abandon(): void {
    this.next.abandon();
  }

  private advance(): void {
    const { value, done } = this.remembered.next();
    this.current = done ? undefined : value;
  }

  private *read(): Generator<Remembered> {
    if (fileSize(this.path) === undefined) return;
    let isFirst = true;
    for (const chunk of readChunks(this.path)) {
      for (const line of chunk.bytes.toString().split('\n')) {
        if (isFirst && !line.startsWith(HEAD)) return;
        if (isFirst) this.trustedBeforeMs = Number(line.slice(HEAD.length));
        else if (line !== '') yield parseLine(line);
        isFirst = false;
      }
    }
  }
}

function parseLine(line: string): Remembered {
  let end = 64;
  for (let field = 0; field < 5; field++) end = line.indexOf(' ', end + 1);
  return { sha256: line.slice(0, 64), mark: line.slice(65, end), path: line.slice(end + 1) };
}

function markOf({ mode, size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

function isOlder({ mtimeMs, ctimeMs }: Stats, thanMs: number): boolean {
  const newest = Math.max(mtimeMs, ctimeMs);
  return newest + (newest % 1000 === 0 ? COARSE_MS : 0) < thanMs;
}
