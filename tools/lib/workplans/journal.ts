/**
 * The journal of a writeback, `writeback.json` in the control plane: what is about to be changed, so that the next
 * run can finish or take back what a crash cut off. It is there only while a writeback is under way.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { isJsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import type { Splice } from './edit-status.js';

export interface JournalFile {
  /** Absolute, and below the top of the worktree. */
  path: string;
  name: string;
  mode: string;
  /** Hashes of the whole file, and its blobs. */
  before: string;
  after: string;
  oldBlob: string;
  newBlob: string;
  splices: Splice[];
}

export interface Journal {
  schema_version: 1;
  top: string;
  /** The full name of the branch. */
  ref: string;
  message: string;
  files: JournalFile[];
}

const journalPath = ({ control }: Place): string => join(control, 'writeback.json');

/** What a crash left; undefined when nothing did. */
export function readJournal(place: Place): Journal | undefined {
  const text = readText(journalPath(place));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && value.schema_version === 1 ? (value as unknown as Journal) : undefined;
  } catch (error) {
    // It is replaced atomically; only a power cut can leave a part of it, and then nothing was changed yet.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function writeJournal(place: Place, journal: Journal): void {
  makePrivate(place.control);
  replaceFile(journalPath(place), JSON.stringify(journal), { isDurable: true });
}

export function removeJournal(place: Place): void {
  removeFile(journalPath(place));
}
