/** Lines on their way to a file, as the bytes of one write. */
const USUAL_LINE_BYTES = 1024;

export class LineBuffer {
  /** How many bytes the lines have, with their newlines. */
  length = 0;
  private bytes: Buffer;
  private draftEnd = 0;

  /** @param lines about how many there will be */
  constructor(lines: number) {
    this.bytes = Buffer.allocUnsafe((lines + 2) * USUAL_LINE_BYTES);
  }

  /** The bytes of a line that `keep` would put behind the others, without a newline. They are valid until the next draft. */
  draft(line: string): Buffer {
    // A character has at most three bytes in UTF-8, or four in two.
    this.reserve(this.length + line.length * 3 + 1);
    this.draftEnd = this.length + this.bytes.write(line, this.length);
    return this.bytes.subarray(this.length, this.draftEnd);
  }

  /** Puts the newest draft behind the lines. */
  keep(): void {
    this.bytes[this.draftEnd] = 10;
    this.length = this.draftEnd + 1;
  }

  /** All lines. */
  all(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
