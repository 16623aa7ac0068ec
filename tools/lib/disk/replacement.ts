/**
 * A file that is written piece by piece and takes its place only when it is whole: a reader sees the old one, or
 * the new one. For views and records that are too long to be held in memory. Its temporary name is fixed, so the
 * caller holds the lock that guards it, and what a killed process left is overwritten.
 */
import { closeSync, constants, fstatSync, openSync, renameSync } from 'node:fs';
import { onDisk } from './errno.js';
import { discard, writeWhole } from './replace.js';

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
const PART_CHARACTERS = 64 * 1024;

export class Replacement {
  /** When it was made, by the clock of its file system, ms. */
  readonly madeMs: number;
  private readonly fd: number;
  private pending = '';

  /** @param temporary its name until it is whole */
  constructor(private readonly temporary: string) {
    // One that was left keeps its time when it is only emptied.
    discard(temporary);
    [this.fd, this.madeMs] = onDisk(`cannot write ${temporary}`, () => {
      const fd = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      return [fd, fstatSync(fd).mtimeMs];
    });
  }

  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= PART_CHARACTERS) this.flush();
  }

  /** Gives it its place. */
  commit(path: string): void {
    this.flush();
    onDisk(`cannot write ${path}`, () => {
      closeSync(this.fd);
      renameSync(this.temporary, path);
    });
  }

  /** Gives it up. */
  abandon(): void {
    closeSync(this.fd);
    discard(this.temporary);
  }

  private flush(): void {
    onDisk(`cannot write ${this.temporary}`, () =>
      writeWhole(this.fd, Buffer.from(this.pending), this.temporary),
    );
    this.pending = '';
  }
}
