/**
 * Validating day files and status files, one after the other. Files of one writer's day continue one another:
 * they are read in their order, and their chain is told when all of them are read. A file that cannot be read
 * is a finding and does not hide the rest; the kind of the first such failure is given back, because an
 * answer that rests on less than was asked is not to be trusted.
 */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../clock.js';
import { ifPresent } from '../disk/errno.js';
import { Failure, type FailureKind } from '../failure.js';
import { dayFilePath } from '../ledger/day-file.js';
import { listHeads, readHead } from '../ledger/head.js';
import type { Anchor } from '../ledger/inspect/chain-runs.js';
import { ChainFollower } from '../ledger/inspect/follow-chain.js';
import { DayInspector } from '../ledger/inspect/inspector.js';
import { WriterOrder } from '../ledger/inspect/writer-order.js';
import type { Report } from '../record/finding.js';
import type { Place } from '../root/workspace.js';
import { inspectStatus } from '../status/inspect.js';
import type { DaySource, Targets } from './validation-targets.js';

export interface Validation {
  targets: Targets;
  checksChain: boolean;
  /** Where the heads of a root are. */
  placeOf(root: string): Place;
  clock: Clock;
  report: Report;
  onBytes(count: number): void;
}

export interface Validated {
  files: number;
  lines: number;
  /** Why something could not be read; undefined when all was. */
  failure: FailureKind | undefined;
}

export function validate(validation: Validation): Validated {
  const { targets, report, clock, onBytes } = validation;
  const troubles = new Troubles(report);
  for (const { shown, failure } of targets.failures) troubles.add(shown, failure);
  for (const shown of targets.strays) {
    report({ path: shown, line: 1, code: 'stray-file', message: 'is no day file, so nobody reads it' });
  }
  const bytes = targets.days.reduce((sum, { size }) => sum + size, 0);
  const inspector = new DayInspector({ bytes, clock, report, onBytes });
  for (const files of streamsOf(targets.days)) validateStream(validation, inspector, files, troubles);
  if (validation.checksChain) reportLostFiles(validation);
  for (const status of targets.statuses) {
    // A view may be gone at any time, and is when a repair found no events to make it from.
    if (realPath(status.path) === undefined) continue;
    troubles.attempt(status.shown, () => inspectStatus(status, report));
  }
  const files = targets.days.length + targets.statuses.length;
  return { files, lines: inspector.count, failure: troubles.first };
}

/** Files that cannot be read. */
class Troubles {
  first: FailureKind | undefined;

  constructor(private readonly report: Report) {}

  add(shown: string, { kind, message }: Failure): void {
    this.first ??= kind;
    this.report({ path: shown, line: 1, code: 'unreadable', message });
  }

  /** @returns whether `action` could do its work */
  attempt(shown: string, action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.add(shown, error);
      return false;
    }
  }
}

/** Segments of one copied day belong together; every other file stands alone. */
function streamsOf(days: DaySource[]): [DaySource, ...DaySource[]][] {
  const streams = new Map<string, [DaySource, ...DaySource[]]>();
  for (const file of days) {
    const key = file.writer === undefined ? file.path : `${dirname(file.path)}/${file.day}.${file.writer}`;
    const stream = streams.get(key);
    if (stream) stream.push(file);
    else streams.set(key, [file]);
  }
  for (const stream of streams.values()) stream.sort((a, b) => a.segment - b.segment);
  return [...streams.values()];
}

function validateStream(
  { checksChain, placeOf, report }: Validation,
  inspector: DayInspector,
  files: [DaySource, ...DaySource[]],
  troubles: Troubles,
): void {
  const [first] = files;
  // Before the file: a head that is read after it may know of lines that were not there yet.
  const chain = checksChain ? new ChainFollower(first, anchorOf(first, placeOf)) : undefined;
  const stream = { order: new WriterOrder(), chain };
  const isWhole = files
    .map(file => troubles.attempt(file.shown, () => inspector.inspect(file, stream)))
    .every(Boolean);
  if (isWhole) chain?.finish(inspector.lines, first.shown, report);
}

/** What the head says of the last line, if the file is a checkout's own. */
function anchorOf(file: DaySource, placeOf: Validation['placeOf']): Anchor | undefined {
  const { path, root, agent, day, writer } = file;
  if (root === undefined || agent === undefined || day === undefined || writer !== undefined)
    return undefined;
  const place = placeOf(root);
  if (realPath(dayFilePath(place.root, agent, day)) !== path) return undefined;
  // A head that is being written just now can be read a moment later.
  return readHead(place, agent, day) ?? readHead(place, agent, day);
}

/** A day that has a head has had events. */
function reportLostFiles({ targets, placeOf, report }: Validation): void {
  for (const { path, shown } of targets.roots) {
    const place = placeOf(path);
    for (const { agent, day } of listHeads(place)) {
      const { seq = 0 } = readHead(place, agent, day) ?? {};
      if (seq === 0 || realPath(dayFilePath(path, agent, day)) !== undefined) continue;
      const message = `the file is gone; it had ${seq} ${seq === 1 ? 'event' : 'events'} of this checkout`;
      report({ path: dayFilePath(shown, agent, day), line: 1, code: 'chain-lost-file', message });
    }
  }
}

function realPath(path: string): string | undefined {
  return ifPresent(`cannot look at ${path}`, () => realpathSync.native(path));
}
