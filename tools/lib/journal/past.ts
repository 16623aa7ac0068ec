/**
 * The events of an agent from the newest line of its day files backwards, read only as far as they are asked
 * for.
 */
import { closeSync, fstatSync } from 'node:fs';
import { parseTimestamp } from '../clock.js';
import { type Chunk, chunksBackward, linesOf, openForReading } from '../disk/read.js';
import { looseEvent, sessionLine } from '../ledger/day.js';
import { listDayFiles } from '../ledger/day-file.js';
import { type Report, reportOf } from '../status/fold.js';

export interface Whose {
  root: string;
  agent: string;
  /** Undefined for this checkout. */
  writer: string | undefined;
  sessionIdleMs: number;
}

export interface PastEvent {
  ts: string;
  id: string | undefined;
  atMs: number;
  session_id: string;
  endsSession: boolean;
  /** What it says where no session is open after it. */
  report: Report;
  /** The task it is about, or went on with; null when what was read with it does not say. */
  task: string | null;
}

export class Past {
  private readonly read: PastEvent[] = [];
  private readonly parts: Iterator<PastEvent[]>;

  constructor(private readonly whose: Whose) {
    this.parts = partsOf(whose);
  }

  /** The event before so many; undefined where there is none. @throws Failure when a day file cannot be read */
  at(index: number): PastEvent | undefined {
    while (this.read.length <= index) {
      const part = this.parts.next();
      if (part.done) return undefined;
      this.read.push(...part.value);
    }
    return this.read[index];
  }

  /**
   * Whether no session was open any more after the event at an index, which ended its own. Of each other session
   * the newest event before it decides; one that is silent for long has closed by itself.
   */
  isLastEnd(index: number): boolean {
    const { session_id, atMs } = this.read[index]!;
    const closed = new Set([session_id]);
    for (let back = index + 1; ; back++) {
      const event = this.at(back);
      if (event === undefined || atMs - event.atMs >= this.whose.sessionIdleMs) return true;
      if (!closed.has(event.session_id) && !event.endsSession) return false;
      closed.add(event.session_id);
    }
  }
}

/** Events newest first, a stretch of a file at a time. */
function* partsOf({ root, agent, writer }: Whose): Generator<PastEvent[]> {
  const files = listDayFiles(root, { agent }).filter(file => file.writer === writer);
  for (const { path } of files.reverse()) {
    const file = openForReading(path);
    try {
      for (const chunk of chunksBackward(file, fstatSync(file.fd).size)) yield eventsOf(chunk).reverse();
    } finally {
      closeSync(file.fd);
    }
  }
}

function eventsOf(chunk: Chunk): PastEvent[] {
  let task: string | null = null;
  return [...linesOf(chunk)].flatMap(({ bytes }) => {
    const event = looseEvent(bytes);
    if (event === undefined || parseTimestamp(event.ts) === undefined) return [];
    const report = reportOf(event, 0);
    if (report.state !== undefined) task = report.task_id ?? task;
    return [{ ts: event.ts, id: event.id, ...sessionLine(event), report, task }];
  });
}
