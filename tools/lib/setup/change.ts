/**
 * One change to one text: planned from what is there now, shown, and carried out only if that is still there.
 * A byte order mark stays; a text that is not UTF-8 is left alone.
 */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { Failure } from '../failure.js';
import { sha256Hex } from '../sha256.js';
import { forget, keepBackup, type Memory, readBackup, recall, remember } from './memory.js';
import type { Edited, Snapshot, Target } from './target.js';

export interface Change {
  name: string;
  kind: 'made' | 'changed' | 'removed' | 'none';
  /** What it does, for people: a unified diff; empty for none. */
  diff: string;
  notes: string[];
  snapshot: Snapshot;
  /** Undefined: the text goes. */
  content: Buffer | undefined;
}

/** @throws Failure `data` when the text is not as the client would have it */
export function planInstall(target: Target): Change {
  const snapshot = target.store.read();
  const { bom, text } = decode(target, snapshot.bytes);
  const edited = named(target, () => target.install(text));
  const content = text === edited.text ? snapshot.bytes : Buffer.from(bom + edited.text);
  return changeOf(target, snapshot, content, edited.notes);
}

/** @throws Failure `data` when the text is not as the client would have it */
export function planRemoval(target: Target, memory: Memory): Change {
  const snapshot = target.store.read();
  const { bytes } = snapshot;
  if (bytes === undefined) return changeOf(target, snapshot, undefined, []);
  const record = recall(memory, target.store.name);
  if (record?.left === sha256Hex(bytes)) {
    const before = record.before === null ? undefined : readBackup(record.before);
    if (record.before === null || isClean(target, before)) return changeOf(target, snapshot, before, []);
  }
  const { bom, text = '' } = decode(target, bytes);
  const edited = named(target, () => target.remove(text));
  const isGone = edited.isEmpty && (target.isOwn || record?.before === null);
  const content = text === edited.text ? bytes : Buffer.from(bom + edited.text);
  return changeOf(target, snapshot, isGone ? undefined : content, edited.notes);
}

/** Whether a backup is there and has nothing of ours, from an earlier wiring that somebody edited since. */
function isClean(target: Target, bytes: Buffer | undefined): boolean {
  const { text } = decode(target, bytes);
  return text !== undefined && target.remove(text).text === text;
}

/**
 * Carries a change out.
 * @param client for whom it is wired; undefined when it is taken out
 * @returns the path of the backup, when something was there before
 */
export function carryOut(change: Change, memory: Memory, client: string | undefined): string | undefined {
  const { name, snapshot, content } = change;
  const record = recall(memory, name);
  const backup = snapshot.bytes && keepBackup(memory, name, snapshot.bytes);
  const made = snapshot.write(content, record?.made) ?? record?.made;
  if (client === undefined || content === undefined) forget(memory, name);
  else {
    const isContinued = snapshot.bytes && record?.left === sha256Hex(snapshot.bytes);
    const before = isContinued ? record!.before : (backup ?? null);
    remember(memory, { name, client, before, left: sha256Hex(content), made });
  }
  return backup;
}

function changeOf(target: Target, snapshot: Snapshot, content: Buffer | undefined, notes: string[]): Change {
  const { name } = target.store;
  const { bytes } = snapshot;
  const isSame = bytes === undefined ? content === undefined : content !== undefined && bytes.equals(content);
  const kind = isSame ? 'none' : bytes === undefined ? 'made' : content === undefined ? 'removed' : 'changed';
  const diff = isSame ? '' : diffOf(name, bytes?.toString(), content?.toString());
  return { name, kind, diff, notes, snapshot, content };
}

function diffOf(name: string, before: string | undefined, after: string | undefined): string {
  const [from, to] = [before === undefined ? '/dev/null' : name, after === undefined ? '/dev/null' : name];
  return createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

function decode(
  target: Target,
  bytes: Buffer | undefined,
): { bom: string; text: Edited['text'] | undefined } {
  if (bytes === undefined) return { bom: '', text: undefined };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith('\uFEFF') ? { bom: '\uFEFF', text: text.slice(1) } : { bom: '', text };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure('data', `${target.store.name} is left alone: it is not UTF-8`);
  }
}

/** Says whose text it was that an edit refused. */
function named(target: Target, edit: () => Edited): Edited {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'data') throw error;
    throw new Failure('data', `${target.store.name} is left alone: ${error.message}`, { cause: error });
  }
}
