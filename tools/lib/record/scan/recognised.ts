/** What is known of an event that was recognised in bytes. */
import { hashBytes } from './hash.js';

/** What validation compares between lines. */
export interface EventFields {
  /** YYYY-MM-DD, the first ten characters of `ts`. */
  readonly day: string;
  /** The instant of `ts`; undefined when it names none. */
  readonly atMs: number | undefined;
  readonly agent: string;
  readonly id: string | undefined;
  readonly writer: string | undefined;
  readonly seq: number | undefined;
  readonly prev: string | undefined;
  /** A hash of `id`; undefined without one. */
  hashId(seed: number): number | undefined;
}

/** What views are made of, too. */
export interface ScannedEvent extends EventFields {
  readonly atMs: number;
  readonly event: string;
  readonly taskId: string;
  /** The JSON of `data`. */
  readonly dataText: string;
}

/** An event in the bytes of its line; what is seldom asked for is decoded then, while the bytes last. */
export class RecognisedEvent implements ScannedEvent {
  day = '';
  atMs = 0;
  agent = '';
  event = '';
  taskIdStart = 0;
  taskIdEnd = 0;
  dataStart = 0;
  dataEnd = 0;
  writer: string | undefined = undefined;
  seq: number | undefined = undefined;
  idStart = 0;
  idEnd = 0;
  prevStart = 0;
  prevEnd = 0;

  constructor(private readonly bytes: Buffer) {}

  get id(): string | undefined {
    return this.idEnd === 0 ? undefined : this.bytes.toString('latin1', this.idStart, this.idEnd);
  }

  get prev(): string | undefined {
    return this.prevEnd === 0 ? undefined : this.bytes.toString('latin1', this.prevStart, this.prevEnd);
  }

  get taskId(): string {
    const text = this.bytes.toString('utf8', this.taskIdStart, this.taskIdEnd);
    return text.includes('\\') ? JSON.parse(`"${text}"`) : text;
  }

  get dataText(): string {
    return this.bytes.toString('utf8', this.dataStart, this.dataEnd);
  }

  hashId(seed: number): number | undefined {
    return this.idEnd === 0 ? undefined : hashBytes(this.bytes, this.idStart, this.idEnd, seed);
  }
}
