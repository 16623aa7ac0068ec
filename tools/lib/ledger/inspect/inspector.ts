/**
 * Inspecting day files: every line of them, in one pass and constant memory, while agents go on writing. What
 * a line says alone is checked in `line.ts`; here it is held against the lines before it: their ids, their
 * times and, when asked, their chain.
 */
import { type Clock, formatElapsed } from '../../clock.js';
import type { Chunk, Line } from '../../disk/read.js';
import { LONGEST_LINE_BYTES } from '../../record/event.js';
import type { Report } from '../../record/finding.js';
import { isJsonObject } from '../../record/json.js';
import { EventScanner } from '../../record/scan/event.js';
import type { EventFields } from '../../record/scan/recognised.js';
import { lineHash } from '../chain.js';
import type { ChainFollower } from './follow-chain.js';
import { IdTable } from './id-table.js';
import {
  checkContent,
  checkEncoding,
  checkPlace,
  type Expected,
  type Found,
  fieldsOf,
  type Traits,
  traitsOf,
} from './line.js';
import { LineMap } from './line-map.js';
import { LONGEST_CHUNK_BYTES, settledChunks } from './settled.js';
import type { WriterOrder } from './writer-order.js';

export interface Source extends Expected {
  path: string;
  /** How the path is shown. */
  shown: string;
}

/** What lines of one writer's day have in common, over all its segments. */
export interface Stream {
  order: WriterOrder;
  chain: ChainFollower | undefined;
}

export interface InspectorOptions {
  /** About how much there is to inspect. */
  bytes: number;
  clock: Clock;
  report: Report;
  /** Called after each chunk with its length. */
  onBytes(count: number): void;
}

const NEWLINE = 10;
/** Lines with an id are longer. */
const SHORT_LINE_BYTES = 300;

export class DayInspector {
  readonly lines = new LineMap();
  /** How many lines were seen, which is the number of the next. */
  count = 0;
  private readonly ids: IdTable;
  private readonly scanner = new EventScanner();
  private isInsideLongLine = false;

  constructor(private readonly options: InspectorOptions) {
    this.ids = new IdTable(options.bytes / SHORT_LINE_BYTES);
  }

  /** Reads a file to its end. @throws Failure `disk`, `unsafe` when it cannot be read */
  inspect(source: Source, stream: Stream): void {
    this.lines.openFile({ number: this.count, path: source.path, shown: source.shown });
    this.isInsideLongLine = false;
    for (const chunk of settledChunks(source.path, this.options.clock)) {
      this.inspectChunk(chunk, source, stream);
      this.options.onBytes(chunk.bytes.length);
    }
  }

  private readonly found: Found = (code, message) => {
    this.options.report({ ...this.lines.locate(this.count), code, message });
  };

  private readonly foundAtEnd: Found = (code, message) => {
    if (code === 'json') this.found('torn', `cut off, ${message}`);
    else this.found(code, message);
  };

  private inspectChunk({ bytes, position }: Chunk, source: Source, stream: Stream): void {
    const traits = traitsOf(bytes);
    this.scanner.open(bytes);
    let start = this.isInsideLongLine ? this.passLongLine(bytes) : 0;
    this.lines.openChunk(this.count, { bytes: bytes.subarray(start), position: position + start });
    this.lines.forgetChunksBefore(this.ids.firstNoted);
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline;
      const event =
        (traits.isUtf8 && newline !== -1 ? this.scanner.recognise(start, end) : undefined) ??
        this.parse({ bytes: bytes.subarray(start, end), isTerminated: newline !== -1 }, traits);
      if (end - start >= LONGEST_LINE_BYTES) this.found('too-long', 'is longer than 256 KiB');
      if (event) this.compare(event, source, stream);
      stream.chain?.add(event, this.count, () => lineHash(bytes.subarray(start, end)));
      start = end + 1;
      this.count++;
    }
  }

  /** The rest of a line that was too long for its chunk. @returns where the next line starts */
  private passLongLine(bytes: Buffer): number {
    const newline = bytes.indexOf(NEWLINE);
    this.isInsideLongLine = newline === -1;
    return newline === -1 ? bytes.length : newline + 1;
  }

  /** The long way, for lines that are not recognised: with a finding for all that is wrong. */
  private parse(line: Pick<Line, 'bytes' | 'isTerminated'>, traits: Traits): EventFields | undefined {
    if (line.bytes.length >= LONGEST_CHUNK_BYTES) {
      this.isInsideLongLine = !line.isTerminated;
      return undefined;
    }
    const text = line.bytes.toString(traits.isAscii ? 'latin1' : 'utf8');
    checkEncoding(line.bytes, text, traits, this.found);
    const value = checkContent(text, line.isTerminated ? this.found : this.foundAtEnd);
    if (value !== undefined && !line.isTerminated) this.found('no-newline', 'has no newline at its end');
    return fieldsOf(value);
  }

  private compare(event: EventFields, source: Source, { order }: Stream): void {
    checkPlace(event, source, this.found);
    const lateMs = event.atMs === undefined ? 0 : order.step(event.writer ?? '', event.atMs);
    if (lateMs > 0) {
      this.found('order', `is ${formatElapsed(lateMs)} older than the line before by its writer`);
    }
    const hash = event.hashId(this.ids.seed);
    if (hash !== undefined) this.compareId(hash, event);
  }

  private compareId(hash: number, event: EventFields): void {
    const earlier = this.ids.note(hash, this.count, number => this.hasId(number, event.id));
    if (earlier === undefined) return;
    const { path, line } = this.lines.locate(earlier);
    this.found('duplicate-id', `has the id of line ${line} of ${path}`);
  }

  private hasId(number: number, id: string | undefined): boolean {
    const bytes = this.lines.read(number);
    return bytes !== undefined && idOf(bytes) === id;
  }
}

function idOf(line: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(line.toString());
    return isJsonObject(value) ? value.id : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
