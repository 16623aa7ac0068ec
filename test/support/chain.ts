/** Checking a day file line by line, with nothing of the product but the schema. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { eventProblem, type LedgerEvent } from '../../tools/lib/record/event.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface Checked {
  events: LedgerEvent[];
  /** `line: what is wrong`. */
  problems: string[];
}

/** The events of a day file, and everything that is wrong with its lines, its numbers and its chain. */
export function checkDayFile(path: string): Checked {
  const text = readFileSync(path, 'utf8');
  const day = basename(path).slice(0, 10);
  const agent = basename(dirname(path));
  const problems: string[] = text === '' || text.endsWith('\n') ? [] : ['the last line has no newline'];
  const events: LedgerEvent[] = [];
  const last = new Map<string, { seq: number; hash: string }>();
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const event = parsed(line);
    if (event === undefined) {
      problems.push(`${index + 1}: not an event: ${line.slice(0, 80)}`);
      continue;
    }
    events.push(event);
    if (event.agent !== agent) problems.push(`${index + 1}: of agent ${event.agent}`);
    if (event.ts.slice(0, 10) !== day) problems.push(`${index + 1}: of another day`);
    if (event.writer === undefined) continue;
    const before = last.get(event.writer) ?? { seq: 0, hash: sha256(`${agent}/${day}/${event.writer}`) };
    if (event.seq !== before.seq + 1) problems.push(`${index + 1}: seq ${event.seq} after ${before.seq}`);
    if (event.prev !== before.hash) problems.push(`${index + 1}: the chain is broken`);
    last.set(event.writer, { seq: event.seq!, hash: sha256(line) });
  }
  return { events, problems };
}

function parsed(line: string): LedgerEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return eventProblem(value) === undefined ? (value as LedgerEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** The events of a day file in which everything is right. @throws Error naming what is not */
export function wholeDay(path: string): LedgerEvent[] {
  const { events, problems } = checkDayFile(path);
  if (problems.length > 0) throw new Error(`${path}:\n${problems.join('\n')}`);
  return events;
}
