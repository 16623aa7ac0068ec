/** Lines of a file read again by their place. Neighbours come from one read. */
import { closeSync } from 'node:fs';
import { readBytes } from '../disk/append.js';
import type { OpenFile } from '../disk/read.js';

const WINDOW_BYTES = 64 * 1024;
const SINGLE_BYTES = 4 * 1024;

export class LineSource {
  /** How many lines are still to be read. */
  pending = 0;
  private window: Buffer = Buffer.alloc(0);
  private start = 0;

  constructor(readonly file: OpenFile) {}

  /** The bytes at a place; they stay as they are. */
  read(position: number, length: number): Buffer {
    const isInside = position >= this.start && position + length <= this.start + this.window.length;
    if (!isInside) {
      const distance = position - (this.start + this.window.length);
      const isNear = position >= this.start && distance < WINDOW_BYTES;
      this.window = readBytes(this.file, position, Math.max(length, isNear ? WINDOW_BYTES : SINGLE_BYTES));
      this.start = position;
    }
    return this.window.subarray(position - this.start, position - this.start + length);
  }

  close(): void {
    closeSync(this.file.fd);
  }
}
