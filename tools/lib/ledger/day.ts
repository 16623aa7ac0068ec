/** A day file opened for appending: its tail healed, and a head that covers every byte of it. */
import { addDays, parseTimestamp } from '../clock.js';
import { type AppendFile, closeFile, openForAppend } from '../disk/append.js';
import { makeDirectory } from '../disk/directory.js';
import { type Chunk, chunksOf, fileSize, linesOf, readChunks } from '../disk/read.js';
import { healTail } from '../disk/tail.js';
import { eventProblem, type LedgerEvent } from '../record/event.js';
import { uuidV7 } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import type { Rules } from '../redact/rules.js';
import type { HeldAgent } from '../root/workspace.js';
import { genesisHash, lineHash } from './chain.js';
import { dayFilePath, ledgerDirectory } from './day-file.js';
import { foldSession, type Head, type OpenSession, readHead, type SessionLine } from './head.js';
import type { IdMemory } from './id-memory.js';
import type { AgentKeys, KeyRecord } from './keys.js';
import { openKeysPart } from './keys.late.js';

export interface OpenDay {
  held: HeldAgent;
  day: string;
  file: AppendFile;
  head: Head;
  /** The head knows more than the stored one. */
  isStale: boolean;
  /** The keys of the agent, opened when they are first asked for. */
  keys(): AgentKeys;
}

export interface DayOptions {
  sessionIdleMs: number;
  /** Told what was healed or is missing. */
  warn: (message: string) => void;
  /** What is hidden; the built-in rules unless the configuration changes them. */
  rules?: Rules | undefined;
  /** In a process that lives long: which ids need not be looked for. */
  ids?: IdMemory | undefined;
}

const DAY_MS = 86_400_000;

/** Runs `action` on the open day file and closes it. */
export function withDay<T>(
  held: HeldAgent,
  day: string,
  options: DayOptions,
  action: (day: OpenDay) => T,
): T {
  const { workspace, agent } = held;
  makeDirectory(workspace.root, ledgerDirectory(workspace.root, agent));
  const file = openForAppend(dayFilePath(workspace.root, agent, day));
  let known: AgentKeys | undefined;
  const keys = (): AgentKeys => {
    known ??= openKeysPart(held, other => keysIn(dayFilePath(workspace.root, agent, other)));
    return known;
  };
  try {
    const stored = readHead(workspace, agent, day);
    const isOurs = stored?.writer === workspace.writer;
    const head = stored && isOurs ? stored : freshHead(held, day, options);
    const opened = { held, day, file, head, isStale: head.size !== file.size, keys };
    if (opened.isStale) catchUp(opened, options);
    return action(opened);
  } finally {
    known?.close();
    closeFile(file);
  }
}

/** The head of a day nothing of which is folded; sessions left open on the days before go on. */
function freshHead(held: HeldAgent, day: string, { sessionIdleMs }: DayOptions): Head {
  const { workspace, agent } = held;
  const hash = genesisHash(agent, day, workspace.writer);
  const head: Head = { writer: workspace.writer, size: 0, seq: 0, hash, sessions: 0, open: [] };
  const daysBack = Math.ceil(sessionIdleMs / DAY_MS);
  for (let back = 1; back <= daysBack; back++) {
    const open = openAfter(held, addDays(day, -back), sessionIdleMs);
    if (open !== undefined) {
      head.open = open;
      break;
    }
  }
  return head;
}

/** The sessions that were open at the end of a day, by its head and what its file has beyond it; undefined when there is neither. */
function openAfter({ workspace, agent }: HeldAgent, day: string, idleMs: number): OpenSession[] | undefined {
  const head = readHead(workspace, agent, day);
  const size = fileSize(dayFilePath(workspace.root, agent, day));
  if (size === undefined || (head !== undefined && head.size >= size)) return head?.open;
  const sessions = { sessions: 0, open: head?.open ?? [] };
  for (const chunk of readChunks(dayFilePath(workspace.root, agent, day), head?.size ?? 0)) {
    for (const { event } of eventsIn(chunk)) {
      foldSession(sessions, sessionLine(event), { agent, day }, idleMs);
    }
  }
  return sessions.open;
}

/** Heals the tail and folds the lines that are not in the head yet. */
function catchUp(opened: OpenDay, options: DayOptions): void {
  const { held, day, file, head } = opened;
  const { workspace, agent } = held;
  const id = uuidV7(workspace.clock.nowMs());
  const healed = healTail(file, { id, isWhole: value => eventProblem(value) === undefined });
  if (healed !== undefined) options.warn(healed);
  if (file.size < head.size) {
    options.warn(
      `${file.path} has lost ${head.size - file.size} bytes at its end; "ledger-validate --chain" shows which lines`,
    );
  }
  const keys: KeyRecord[] = [];
  let own: Buffer | undefined;
  for (const { event, bytes, position } of eventsFrom(file, Math.min(head.size, file.size))) {
    foldSession(head, sessionLine(event), { agent, day }, options.sessionIdleMs);
    if (event.writer === workspace.writer && Number.isSafeInteger(event.seq) && event.seq! > head.seq) {
      head.seq = event.seq!;
      own = Buffer.from(bytes);
    }
    keys.push(...keyOf(event, position));
  }
  if (own) head.hash = lineHash(own);
  head.size = file.size;
  if (keys.length > 0) opened.keys().note(day, keys);
}

/** The key of an event, when it has one: a line of another tool may hold anything. */
function keyOf({ idempotency_key: key }: LedgerEvent, offset: number): KeyRecord[] {
  return typeof key === 'string' && key !== '' ? [{ key, offset }] : [];
}

/** What `foldSession` wants to know of an event. */
export function sessionLine(event: LedgerEvent): SessionLine {
  return {
    session_id: event.session_id,
    atMs: parseTimestamp(event.ts) ?? 0,
    endsSession: event.data.session === 'end',
  };
}

const KEY_NAME = '"idempotency_key"';

/** The keys in a day file, in its order. Most lines have none, which shows without parsing them. */
function* keysIn(path: string): Generator<KeyRecord> {
  if (fileSize(path) === undefined) return;
  for (const chunk of readChunks(path)) {
    // A name may also be written with escapes.
    if (!chunk.bytes.includes(KEY_NAME) && !chunk.bytes.includes('\\u')) continue;
    for (const { bytes, position } of linesOf(chunk)) {
      const event = bytes.includes(KEY_NAME) || bytes.includes('\\u') ? looseEvent(bytes) : undefined;
      if (event) yield* keyOf(event, position);
    }
  }
}

/** The events of the file from byte `from` on; lines that are none are passed over. */
function* eventsFrom(
  file: AppendFile,
  from: number,
): Generator<{ event: LedgerEvent; bytes: Buffer; position: number }> {
  for (const chunk of chunksOf(file, from)) yield* eventsIn(chunk);
}

function* eventsIn(chunk: Chunk): Generator<{ event: LedgerEvent; bytes: Buffer; position: number }> {
  for (const { bytes, position } of linesOf(chunk)) {
    const event = looseEvent(bytes);
    if (event) yield { event, bytes, position };
  }
}

/** A line that has at least what views are made of; validity is `ledger-validate`'s business. */
export function looseEvent(bytes: Buffer): LedgerEvent | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (!isJsonObject(value) || !isJsonObject(value.data)) return undefined;
    const texts = [value.ts, value.agent, value.session_id, value.event, value.task_id, value.summary];
    return texts.every(text => typeof text === 'string') ? (value as unknown as LedgerEvent) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
