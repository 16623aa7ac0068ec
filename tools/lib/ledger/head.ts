/**
 * The head of a day file: everything the next append must know, folded from the lines before it, so that an
 * append reads none of them. It is a view. It names the size of the file it was folded from; when the file
 * has grown since (a crash before the head was written, an older tool), only the new lines are folded; when
 * it is missing, all are. A file *shorter* than its head has lost its tail: `seq` and `hash` then go on from
 * the head, so that the gap stays visible to `ledger-validate --chain` for ever.
 */
import { listDirectories, listDirectory } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { overwriteView } from '../disk/replace.js';
import { join } from '../path.js';
import { parseSessionId } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import type { HeldAgent, Place } from '../root/workspace.js';

export interface OpenSession {
  session_id: string;
  /** Its newest event, ms since the epoch. */
  last_ms: number;
}

export interface Head {
  /** Whose chain this is. */
  writer: string;
  /** Bytes of the day file that are folded in. */
  size: number;
  /** Of the writer's last line; 0 and the genesis hash before the first. */
  seq: number;
  hash: string;
  /** The highest session number of this day. */
  sessions: number;
  /** Oldest activity first. */
  open: OpenSession[];
}

function headPath(place: Place, agent: string, day: string): string {
  return join(place.control, 'heads', agent, `${day}.json`);
}

/** The days that have heads, whatever these hold. */
export function listHeads(place: Place): { agent: string; day: string }[] {
  const directory = join(place.control, 'heads');
  return listDirectories(directory).flatMap(agent =>
    listDirectory(join(directory, agent)).flatMap(name => {
      const day = /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1];
      return day === undefined ? [] : [{ agent, day }];
    }),
  );
}

/** The stored head; undefined when it is missing, damaged, or another writer's. */
export function readHead(place: Place, agent: string, day: string): Head | undefined {
  const text = readText(headPath(place, agent, day));
  if (text === undefined) return undefined;
  try {
    const stored: unknown = JSON.parse(text.slice(0, text.indexOf('\n')));
    if (!isJsonObject(stored)) return undefined;
    const { check, ...head } = stored;
    return isHead(head) && check === head.size ? head : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** It becomes part of the next line as it is. */
const HASH = /^[0-9a-f]{64}$/;

function isHead(value: unknown): value is Head {
  return (
    isJsonObject(value) &&
    ['size', 'seq', 'sessions'].every(key => Number.isSafeInteger(value[key])) &&
    typeof value.writer === 'string' &&
    typeof value.hash === 'string' &&
    HASH.test(value.hash) &&
    Array.isArray(value.open)
  );
}

/**
 * Stores a head without syncing it: after a power cut the day file is folded again. The size stands at both
 * ends of the line, so that a mixture of two heads is told from a whole one.
 */
export function writeHead({ workspace, agent }: HeldAgent, day: string, head: Head): void {
  const { size, ...rest } = head;
  overwriteView(headPath(workspace, agent, day), JSON.stringify({ size, ...rest, check: size }));
}

/** Forgets the head of a day whose file is no longer here on purpose. */
export function removeHead({ workspace, agent }: HeldAgent, day: string): void {
  removeFile(headPath(workspace, agent, day));
}

/** Whose day file a line stands in. */
export interface DayOf {
  agent: string;
  day: string;
}

export interface SessionLine {
  session_id: string;
  atMs: number;
  endsSession: boolean;
}

/** Folds the session of one more event into the head, or into any other account of sessions. */
export function foldSession(
  head: Pick<Head, 'sessions' | 'open'>,
  line: SessionLine,
  { agent, day }: DayOf,
  idleMs: number,
): void {
  const [newest] = head.open;
  if (head.open.length === 1 && newest?.session_id === line.session_id && !line.endsSession) {
    newest.last_ms = line.atMs; // What most lines are: one more of the only open session.
    return;
  }
  const name = parseSessionId(line.session_id);
  if (name?.day === day && name.agent === agent) head.sessions = Math.max(head.sessions, name.number);
  head.open = head.open.filter(
    session => session.session_id !== line.session_id && line.atMs - session.last_ms < idleMs,
  );
  if (!line.endsSession && name?.agent === agent) {
    head.open.push({ session_id: line.session_id, last_ms: line.atMs });
  }
}

/** The open session an event without one belongs to: the most recently active. */
export function currentSession(head: Head, nowMs: number, idleMs: number): string | undefined {
  return head.open.findLast(session => nowMs - session.last_ms < idleMs)?.session_id;
}
