/**
 * A segment of another writer's events, as it arrived. It is taken over when it only grew and each new line is a valid event
 * that continues its writer's chain. What we have is the measure: a copy of ours that was damaged is told from a
 * segment that was rewritten by what the branch had before.
 */
import { join } from 'node:path';
import { appendBytes, closeFile, openForAppend } from '../disk/append.js';
import { makeDirectory } from '../disk/directory.js';
import { readAtMost } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import type { TreeChange } from '../git/tree.js';
import { ledgerDirectory } from '../ledger/day-file.js';
import type { SyncContext } from './context.js';
import { ChainCheck, checkedLines, type Whose } from './event-lines.js';
import type { Arrival } from './parts.js';
import { eventsBase, segmentPath } from './paths.js';
import { forgive, readRefused, refuse } from './refused.js';
import { LONGEST_SEGMENT_BYTES } from './segments.js';

export interface ArrivedSegment extends Whose {
  segment: number;
  change: TreeChange;
}

/** How much of the arrived content we know to be good. */
type Known = { length: number; isHere: boolean };

export interface TakenOver {
  /** How many events were new. */
  count: number;
  /** When the last of them happened, -Infinity without any. */
  newestMs: number;
}

const NOTHING: TakenOver = { count: 0, newestMs: -Infinity };

/** @param content undefined: it is too long */
export async function takeOverSegment(
  context: SyncContext,
  arrived: ArrivedSegment,
  content: Buffer | undefined,
  read: Arrival['read'],
): Promise<TakenOver> {
  const { path } = arrived.change;
  if (content === undefined) {
    refuse(context, path, { reason: 'is longer than a segment can be', content });
    return NOTHING;
  }
  const here = readAtMost(join(context.workspace.root, path), LONGEST_SEGMENT_BYTES + 1);
  const known = await knownPart(context, arrived, { content, here, read });
  const checked = known && checkNew(context, arrived, content, known);
  if (checked === undefined || typeof checked === 'string') {
    refuse(context, path, { reason: checked ?? 'changed or lost lines that we have', content });
    return NOTHING;
  }
  write(context, arrived, content, known!);
  forgive(context, path);
  return checked;
}

/** Undefined when what we have is no beginning of what arrived. */
async function knownPart(
  { workspace }: SyncContext,
  { change }: ArrivedSegment,
  { content, here, read }: { content: Buffer; here: Buffer | undefined; read: Arrival['read'] },
): Promise<Known | undefined> {
  if (here && content.subarray(0, here.length).equals(here)) return { length: here.length, isHere: true };
  if (change.before === undefined) return here ? undefined : { length: 0, isHere: false };
  if (readRefused(workspace).has(change.path)) return undefined;
  for await (const { content: before } of read([change.before], LONGEST_SEGMENT_BYTES)) {
    const isBeginning = before !== undefined && content.subarray(0, before.length).equals(before);
    return isBeginning ? { length: 0, isHere: false } : undefined;
  }
  return undefined;
}

/** What is new, or what is wrong with a line of it. */
function checkNew(
  context: SyncContext,
  arrived: ArrivedSegment,
  content: Buffer,
  { length }: Known,
): TakenOver | string {
  if (content.at(-1) !== NEWLINE && content.length > 0) return 'ends within a line';
  const chain = new ChainCheck(arrived);
  if (!chain.resume(content.subarray(0, length)) && !resumeBefore(context, arrived, chain))
    return 'goes on behind a segment that is not here';
  let count = 0;
  let newestMs = -Infinity;
  for (const line of checkedLines(content.subarray(length), arrived)) {
    count++;
    const problem = line.problem ?? chain.step(line);
    newestMs = Math.max(newestMs, line.event?.atMs ?? -Infinity);
    if (problem !== undefined) return `has a line (${count} of those that are new) that ${problem}`;
  }
  if (chain.missing > 0) {
    const { agent, day, writer } = arrived;
    context.warn(`${writer} has lost ${chain.missing} events of ${agent} on ${day}; what came later is here`);
  }
  return { count, newestMs };
}

const NEWLINE = 10;

/** The chain at the end of the segments before this one. @returns false when one is missing */
function resumeBefore({ workspace }: SyncContext, arrived: ArrivedSegment, chain: ChainCheck): boolean {
  const { agent, day, writer } = arrived;
  for (let segment = arrived.segment - 1; segment >= 1; segment--) {
    const path = join(workspace.root, segmentPath(eventsBase(agent, day, writer), segment));
    const content = readAtMost(path, LONGEST_SEGMENT_BYTES);
    if (content === undefined) return false;
    if (chain.resume(content)) return true;
  }
  return true;
}

function write(
  { workspace: { root } }: SyncContext,
  { agent, change }: ArrivedSegment,
  content: Buffer,
  { length, isHere }: Known,
): void {
  makeDirectory(root, ledgerDirectory(root, agent));
  const path = join(root, change.path);
  if (!isHere) {
    replaceFile(path, content, { isDurable: true });
    return;
  }
  if (length === content.length) return;
  const file = openForAppend(path);
  try {
    appendBytes(file, content.subarray(length));
  } finally {
    closeFile(file);
  }
}
