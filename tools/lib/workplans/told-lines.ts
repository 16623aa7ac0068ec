/**
 * What the lines of day files tell of tasks. A line as our tools write it is recognised in its bytes, and its data
 * parsed only when it may hold something that matters; any other line is parsed.
 */
import { isUtf8 } from 'node:buffer';
import { parseTimestamp } from '../clock.js';
import type { Chunk } from '../disk/read.js';
import { looseEvent } from '../ledger/day.js';
import type { JsonObject } from '../record/json.js';
import { EventScanner } from '../record/scan/event.js';
import type { ScannedEvent } from '../record/scan/recognised.js';
import type { Told } from './progress.js';

/** The keys of data that progress looks at; an escape may hide one. */
const MATTERS = /status|title|claim|exit_code|attempt|\\u/;
const NOTHING: JsonObject = {};

export class ToldLines {
  private readonly scanner = new EventScanner();
  private chunk: Chunk = { bytes: Buffer.alloc(0), position: 0 };
  private isScannable = false;

  /** Turns to the lines of a chunk. */
  open(chunk: Chunk): void {
    this.chunk = chunk;
    this.isScannable = isUtf8(chunk.bytes);
    if (this.isScannable) this.scanner.open(chunk.bytes);
  }

  /** @param bytes a whole line of the chunk, which has its newline @returns undefined when it is no event */
  read(bytes: Buffer, position: number): Told | undefined {
    const start = position - this.chunk.position;
    const scanned = this.isScannable ? this.scanner.recognise(start, start + bytes.length) : undefined;
    return scanned ? toldBy(scanned) : parsed(bytes);
  }
}

function toldBy({ agent, event, taskId, atMs, dataText }: ScannedEvent): Told {
  const data = MATTERS.test(dataText) ? (JSON.parse(dataText) as JsonObject) : NOTHING;
  return { agent, event, taskId, atMs, data };
}

function parsed(bytes: Buffer): Told | undefined {
  const event = looseEvent(bytes);
  const atMs = event && parseTimestamp(event.ts);
  if (!event || atMs === undefined) return undefined;
  return { agent: event.agent, event: event.event, taskId: event.task_id, atMs, data: event.data };
}
