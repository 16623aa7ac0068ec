/** Where the events of a query go. */
import type { Call } from './command.js';

export interface EventOutput {
  /** @param line its bytes as they are stored, without the newline */
  add(line: Buffer): void;
  /** Prints what was added and is not printed yet. */
  flush(): void;
}

/** A table on a terminal, JSON lines everywhere else. What only a terminal needs is loaded for it alone. */
export async function eventOutput({ args, io }: Call): Promise<EventOutput> {
  const print = (bytes: Buffer): void => io.print(bytes);
  if (!io.isTerminal('output')) return new JsonLines(print);
  if (!args.isSet('json')) return new (await import('./event-table.js')).EventTable(io);
  const { visibleJson } = await import('./visible.js');
  return new JsonLines(print, line => Buffer.from(visibleJson(line.toString())));
}

const BYTES_AT_ONCE = 64 * 1024;
const NEWLINE = Buffer.from('\n');

class JsonLines implements EventOutput {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly print: (bytes: Buffer) => void,
    private readonly shown = (line: Buffer): Buffer => line,
  ) {}

  add(line: Buffer): void {
    const part = this.shown(line);
    this.parts.push(part, NEWLINE);
    this.length += part.length + 1;
    if (this.length >= BYTES_AT_ONCE) this.flush();
  }

  flush(): void {
    if (this.length > 0) this.print(Buffer.concat(this.parts, this.length));
    this.parts = [];
    this.length = 0;
  }
}
