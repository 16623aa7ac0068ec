/**
 * `memory/<agent>/sessions/<session_id>.md`: read the session's events, fold them, replace our part of the
 * file and keep the notes. All of it happens under the agent's lock, so that of two runs at once the later
 * one has the newer events and neither loses the notes. The file is synced, because notes are in no log. What
 * stands there and is not ours is never thrown away: text goes whole under Notes, and a file whose own part
 * was edited, or that is no text, is first copied beside it.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, parseTimestamp } from '../clock.js';
import { makeDirectory, writeTarget } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { linesOf, readChunks, readWhole } from '../disk/read.js';
import { createFile, replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { looseEvent } from '../ledger/day.js';
import { listDayFiles } from '../ledger/day-file.js';
import { formatSessionId, type SessionName, uuidV7 } from '../record/ids.js';
import { type HeldAgent, type Workspace, withAgentLock } from '../root/workspace.js';
import { sessionDocument } from './session-document.js';
import { type SessionEvent, type SessionFacts, sessionEvent, sessionFacts } from './session-facts.js';
import { type FoundNotes, findNotes, withNotes } from './session-notes.js';

export interface Summarized {
  path: string;
  facts: SessionFacts;
}

/**
 * Makes the summary of one of our sessions again.
 * @param warn told what was set aside or left out
 * @throws Failure `missing` when no event of ours is in that session
 */
export function summarizeSession(
  workspace: Workspace,
  session: SessionName,
  warn: (message: string) => void,
): Summarized {
  return withAgentLock(workspace, session.agent, held => {
    const { events, unread } = readSession(workspace.root, session);
    const id = formatSessionId(session);
    if (events.length === 0) throw new Failure('missing', `there is no session ${id} in this ledger`);
    if (unread > 0) {
      warn(`${unread} lines that name ${id} are no events and are left out; see "ledger-validate"`);
    }
    const facts = sessionFacts(session, workspace.writer, events);
    return { path: writeSummary(held, facts, warn), facts };
  });
}

/**
 * The session's events in our own files. A session may run past midnight, and a traveller's clock may even
 * go back over it, so the day before is read too; files are taken in the order their events happened.
 */
function readSession(root: string, session: SessionName): { events: SessionEvent[]; unread: number } {
  const id = formatSessionId(session);
  const files = listDayFiles(root, { agent: session.agent, from: addDays(session.day, -1) })
    .filter(({ writer }) => writer === undefined)
    .map(({ path }) => readFileEvents(path, id))
    .filter(({ events, unread }) => events.length + unread > 0);
  const startMs = ({ events }: { events: SessionEvent[] }): number =>
    parseTimestamp(events[0]?.ts ?? '') ?? 0;
  files.sort((a, b) => startMs(a) - startMs(b));
  return {
    events: files.flatMap(({ events }) => events),
    unread: files.reduce((sum, { unread }) => sum + unread, 0),
  };
}

/** Only lines that hold the id are parsed: it is plain ASCII, which no JSON writer escapes. */
function readFileEvents(path: string, id: string): { events: SessionEvent[]; unread: number } {
  const events: SessionEvent[] = [];
  let unread = 0;
  for (const chunk of readChunks(path)) {
    if (!chunk.bytes.includes(id)) continue;
    for (const { bytes } of linesOf(chunk)) {
      if (!bytes.includes(id)) continue;
      const event = looseEvent(bytes);
      if (!event || parseTimestamp(event.ts) === undefined) unread++;
      else if (event.session_id === id) events.push(sessionEvent(event));
    }
  }
  return { events, unread };
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
