/** Finding the first event of an idempotency key. Keys are remembered for at least 48 hours. */
import { closeFile, readBytes } from '../disk/append.js';
import { fileSize, openForReading } from '../disk/read.js';
import { type LedgerEvent, LONGEST_LINE_BYTES } from '../record/event.js';
import { canonicalJson } from '../record/json.js';
import { type DayOptions, looseEvent, type OpenDay, withDay } from './day.js';
import { dayFilePath } from './day-file.js';
import { readHead, writeHead } from './head.js';
import { type KeyPlace, nearbyDays } from './keys.js';

export interface Found {
  event: LedgerEvent;
  line: string;
}

/** The first event with this key, of the open day or of one near it. */
export function findByKey(opened: OpenDay, key: string): Found | undefined {
  const place = opened.keys().find(key, opened.day);
  if (place === undefined) return undefined;
  const found = eventAt(opened, place);
  if (found?.event.idempotency_key === key) return found;
  opened.keys().remake(place.day);
  const again = opened.keys().find(key, opened.day);
  return again && eventAt(opened, again);
}

/**
 * Folds what the heads of the days near this one do not know yet: an event that was written just before midnight
 * by a process that died may be told again after it. What was folded is kept.
 */
export function catchUpNearby({ held, day, keys }: OpenDay, options: DayOptions): void {
  const { workspace, agent } = held;
  for (const near of nearbyDays(day)) {
    const size = fileSize(dayFilePath(workspace.root, agent, near));
    if (size === undefined || size === readHead(workspace, agent, near)?.size) continue;
    keys().close();
    withDay(held, near, options, other => {
      if (other.isStale) writeHead(held, near, other.head);
    });
  }
}

function eventAt(opened: OpenDay, { day, offset }: KeyPlace): Found | undefined {
  if (day === opened.day) return readEvent(opened.file, offset);
  const path = dayFilePath(opened.held.workspace.root, opened.held.agent, day);
  if (fileSize(path) === undefined) return undefined;
  const file = openForReading(path);
  try {
    return readEvent(file, offset);
  } finally {
    closeFile({ ...file, size: 0 });
  }
}

const USUAL_LINE_BYTES = 4096;

/** The event whose line starts there. */
export function readEvent(file: { fd: number | undefined; path: string }, offset: number): Found | undefined {
  let bytes = readBytes(file, offset, USUAL_LINE_BYTES);
  if (!bytes.includes(10)) bytes = readBytes(file, offset, LONGEST_LINE_BYTES + 1);
  const line = bytes.subarray(0, bytes.indexOf(10));
  const event = looseEvent(line);
  return event && { event, line: line.toString() };
}

type Content = Pick<LedgerEvent, 'event' | 'task_id' | 'source' | 'summary' | 'data'> & {
  parent_id?: string | undefined;
};

/** Whether two events say the same, apart from when and by which process. */
export function sameContent(a: Content, b: Content): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf({ event, task_id, source, summary, data, parent_id }: Content): string {
  return canonicalJson([event, task_id, source, summary, data, parent_id ?? null]);
}
