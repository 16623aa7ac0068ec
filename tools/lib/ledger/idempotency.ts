/** Finding the first event of an idempotency key. Keys are remembered for at least 48 hours. */
import { existsSync } from 'node:fs';
import { readBytes } from '../disk/append.js';
import { type LedgerEvent, LONGEST_LINE_BYTES } from '../record/event.js';
import { canonicalJson } from '../record/json.js';
import { type DayOptions, looseEvent, type OpenDay, renoteKeys, withDay } from './day.js';
import { dayFilePath } from './day-file.js';
import { writeHead } from './head.js';
import { lookUpKey } from './keys.js';

export interface Found {
  event: LedgerEvent;
  line: string;
}

/**
 * The event of `opened.day` with this key.
 * @param options when given, the day is another than the open one and is opened if it exists
 */
export function findByKey(opened: OpenDay, key: string, options?: DayOptions): Found | undefined {
  const { workspace, agent } = opened.held;
  if (options !== undefined) {
    if (!existsSync(dayFilePath(workspace.root, agent, opened.day))) return undefined;
    return withDay(opened.held, opened.day, options, other => findInOther(other, key));
  }
  const named = { agent, day: opened.day, count: opened.head.keys };
  const offset = lookUpKey(workspace, named, key);
  if (offset === undefined) return undefined;
  const found = offset === 'unknown' ? undefined : eventAt(opened, offset);
  if (found?.event.idempotency_key === key) return found;
  renoteKeys(opened);
  const again = lookUpKey(workspace, { ...named, count: opened.head.keys }, key);
  return typeof again === 'number' ? eventAt(opened, again) : undefined;
}

/** What had to be folded or noted again is kept. */
function findInOther(other: OpenDay, key: string): Found | undefined {
  const found = findByKey(other, key);
  if (other.isStale) writeHead(other.held, other.day, other.head);
  return found;
}

function eventAt({ file }: OpenDay, offset: number): Found | undefined {
  const bytes = readBytes(file, offset, LONGEST_LINE_BYTES + 1);
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
