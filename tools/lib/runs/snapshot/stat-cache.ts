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
import { type Chunk, fileSize, readChunks } from '../../disk/read.js';
import { Replacement } from '../../disk/replacement.js';

const HEAD = 'agent-ledger stat cache 2 ';
const HASH_LENGTH = 64;
const COARSE_MS = 2000;

/** What a file's stats are, in so far as they tell whether it changed. */
export function markOf({ mode, size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${mode} ${size} ${timeOf(mtimeMs)} ${timeOf(ctimeMs)} ${ino}`;
}

/** Seconds and microseconds: as text, whole numbers cost a fraction of what others do. */
function timeOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${seconds}.${Math.floor((ms - seconds * 1000) * 1000)}`;
}

export class StatCache {
  private readonly next: Replacement;
  private readonly chunks: Iterator<Chunk>;
  /** `<sha256> <mark>\t<path>` */
  private lines: string[] = [];
  private at = 0;
  /** Older times are trusted. */
  private trustedBeforeMs = -Infinity;

  /** @param path of the cache; the caller holds the lock that guards it */
  constructor(private readonly path: string) {
    this.next = new Replacement(`${path}.tmp`);
    this.next.write(`${HEAD}${this.next.madeMs}\n`);
    this.chunks = fileSize(path) === undefined ? [][Symbol.iterator]() : readChunks(path);
    const head = this.line();
    if (head?.startsWith(HEAD)) this.trustedBeforeMs = Number(head.slice(HEAD.length));
    this.at++;
  }

  /** The hash of a file that has not changed. Asked with paths in their order. */
  lookUp(path: string, stats: Stats, mark: string): string | undefined {
    for (let line = this.line(); line !== undefined; line = this.line()) {
      const tab = line.indexOf('\t');
      const known = line.slice(tab + 1);
      if (known > path) return undefined;
      this.at++;
      if (known !== path) continue;
      const isSame = line.slice(HASH_LENGTH + 1, tab) === mark;
      return isSame && isOlder(stats, this.trustedBeforeMs) ? line.slice(0, HASH_LENGTH) : undefined;
    }
    return undefined;
  }

  remember(path: string, mark: string, sha256: string): void {
    if (!path.includes('\n')) this.next.write(`${sha256} ${mark}\t${path}\n`);
  }

  commit(): void {
    this.next.commit(this.path);
  }

  abandon(): void {
    this.next.abandon();
  }

  /** The present line; undefined at the end. */
  private line(): string | undefined {
    while (this.at >= this.lines.length) {
      const { value, done } = this.chunks.next();
      if (done) return undefined;
      this.lines = value.bytes.toString().split('\n');
      if (this.lines.at(-1) === '') this.lines.pop();
      this.at = 0;
    }
    return this.lines[this.at];
  }
}

function isOlder({ mtimeMs, ctimeMs }: Stats, thanMs: number): boolean {
  const newest = Math.max(mtimeMs, ctimeMs);
  return newest + (newest % 1000 === 0 ? COARSE_MS : 0) < thanMs;
}
