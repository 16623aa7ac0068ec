/** The times of lines, compared writer by writer: lines of others may come late. */
export class WriterOrder {
  private readonly last = new Map<string, number>();
  private writer: string | undefined;
  private atMs = Number.NEGATIVE_INFINITY;

  /** @returns by how many ms the line is older than the one before by its writer; 0 when it is not */
  step(writer: string, atMs: number): number {
    if (writer !== this.writer) {
      if (this.writer !== undefined && this.last.size < MOST_WRITERS) this.last.set(this.writer, this.atMs);
      this.writer = writer;
      this.atMs = this.last.get(writer) ?? Number.NEGATIVE_INFINITY;
    }
    const lateMs = Math.max(0, this.atMs - atMs);
    this.atMs = atMs;
    return lateMs;
  }
}

const MOST_WRITERS = 1024;
