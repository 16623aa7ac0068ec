/**
 * `memory/<agent>/sessions/<session_id>.md`: read the session's events, fold them, replace our part of the
 * file and keep the notes. All of it happens under the agent's lock, so that of two runs at once the later
 * one has the newer events and neither loses the notes. The file is synced, because notes are in no log. What
 * stands there and is not ours is never thrown away: text goes whole under Notes, and a file whose own part
 * was edited, or that is no text, is first copied beside it.
 */
import { closeSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, parseTimestamp } from '../clock.js';
import { makeDirectory, writeTarget } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { type OpenFile, openForReading, readWhole } from '../disk/read.js';
import { createFile, replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { Corrections } from '../ledger/corrections.js';
import type { DayOptions } from '../ledger/day.js';
import { listDayFiles } from '../ledger/day-file.js';
import { EVERYTHING, lineTest } from '../ledger/filter.js';
import { findCorrections } from '../ledger/find-corrections.js';
import { scanFile } from '../ledger/scan.js';
import { Skipped } from '../ledger/skipped.js';
import { formatSessionId, type SessionName, uuidV7 } from '../record/ids.js';
import { BUILT_IN } from '../redact/rules.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { sessionDocument } from './session-document.js';
import { type SessionEvent, sessionEvent } from './session-event.js';
import { type SessionFacts, sessionFacts } from './session-facts.js';
import { type FoundNotes, findNotes, withNotes } from './session-notes.js';

/** `warn` is told what was set aside or left out; `rules` say what is hidden. */
export type SummaryOptions = Pick<DayOptions, 'warn' | 'rules'>;

export interface Summarized {
  path: string;
  facts: SessionFacts;
}

/**
 * Makes the summary of one of our sessions again.
 * @throws Failure `missing` when no event of ours is in that session
 */
export function summarizeSession(
  workspace: Workspace,
  session: SessionName,
  options: SummaryOptions,
): Summarized {
  return withAgentLock(workspace, session.agent, held => {
    const events = readSession(workspace.root, session, options);
    if (events.length === 0)
      throw new Failure('missing', `there is no session ${formatSessionId(session)} in this ledger`);
    const facts = sessionFacts(session, workspace.writer, events);
    return { path: writeSummary(held, facts, options.warn), facts };
  });
}

/**
 * The session's events in our own files, each with its corrections, which may belong to a later session. A
 * session may run past midnight, and a traveller's clock may even go back over it, so the day before is read
 * too; files are taken in the order their events happened.
 */
function readSession(
  root: string,
  session: SessionName,
  { warn, rules = BUILT_IN }: SummaryOptions,
): SessionEvent[] {
  const test = lineTest({ ...EVERYTHING, sessions: [formatSessionId(session)] });
  const paths = listDayFiles(root, { agent: session.agent, from: addDays(session.day, -1) })
    .filter(({ writer }) => writer === undefined)
    .map(({ path }) => path);
  const corrections = new Corrections();
  for (const path of paths) {
    withFile(path, file => findCorrections(file, Infinity, found => corrections.add(found)));
  }
  const skipped = new Skipped();
  const eventsIn = (path: string): SessionEvent[] => {
    const events: SessionEvent[] = [];
    withFile(path, file =>
      scanFile({ file, test, skipped, corrections }, ({ event }) => events.push(sessionEvent(event, rules))),
    );
    return events;
  };
  const files = paths.map(eventsIn).filter(events => events.length > 0);
  for (const message of skipped.takeMessages()) warn(message);
  const startMs = ([first]: SessionEvent[]): number => parseTimestamp(first!.ts)!;
  return files.sort((a, b) => startMs(a) - startMs(b)).flat();
}

function withFile(path: string, read: (file: OpenFile) => void): void {
  const file = openForReading(path);
  try {
    read(file);
  } finally {
    closeSync(file.fd);
  }
}

function writeSummary(held: HeldAgent, facts: SessionFacts, warn: (message: string) => void): string {
  const { root } = held.workspace;
  const directory = makeDirectory(root, join(root, 'memory', held.agent, 'sessions'));
  const path = join(directory, `${facts.session_id}.md`);
  const target = writeTarget(root, path);
  const before = readWhole(target);
  const found = before && findNotes(before);
  const after = withNotes(sessionDocument(facts), found?.notes ?? Buffer.alloc(0));
  if (before?.equals(after)) return path;
  if (before && found) keepStranger(held, target, { file: before, origin: found.origin }, warn);
  replaceFile(target, after, { isDurable: true });
  return path;
}

/**
 * Replaces the file at `to` by a copy of a summary; the summary itself, also by another path, stays as it is.
 * @throws Failure `disk`, `unsafe`
 */
export function copySummary(workspace: Workspace, { path, facts }: Summarized, to: string): void {
  withAgentLock(workspace, facts.agent, () => {
    const target = ifPresent(`cannot reach ${to}`, () => realpathSync.native(to)) ?? to;
    if (target !== realpathSync.native(path)) replaceFile(target, readWhole(path) ?? '');
  });
}

/** Sees to it that nothing of a file that is not as we wrote it gets lost. */
function keepStranger(
  { workspace }: HeldAgent,
  path: string,
  { file, origin }: { file: Buffer; origin: FoundNotes['origin'] },
  warn: (message: string) => void,
): void {
  if (origin === 'ours' || file.length === 0) return;
  if (origin === 'foreign') {
    warn(`${path} was not made by session-summary; its text is kept under Notes`);
    return;
  }
  const copy = `${path}.${origin}-${uuidV7(workspace.clock.nowMs())}`;
  if (!createFile(copy, file)) throw new Failure('disk', `${copy} exists already; run it again`);
  const problem = origin === 'edited' ? 'was edited above its notes' : 'is not text';
  warn(`${path} ${problem}; it is kept as ${copy}`);
}
