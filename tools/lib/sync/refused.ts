/**
 * Files that arrived and were refused. Ours stays as it is; what arrived is put aside in `sync/refused/` of the control
 * plane, as far as it is not too large, and remembered: what grows out of a refused file is not good either.
 */
import { join } from 'node:path';
import { makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { isJsonObject } from '../record/json.js';
import type { Place } from '../root/workspace.js';
import type { SyncContext } from './context.js';
import { syncDirectory } from './state.js';

/** So many are put aside; a writer that floods us with bad files fills no disk. */
const MOST_KEPT = 100;
/** So many are told of one by one. */
const MOST_TOLD = 20;

const refusedDirectory = (place: Place): string => join(syncDirectory(place), 'refused');
const listPath = (place: Place): string => join(refusedDirectory(place), 'list.json');
const keptPath = (place: Place, path: string): string =>
  join(refusedDirectory(place), path.replaceAll('/', '+'));

/** By path of the branch: why it was refused. */
export function readRefused(place: Place): Map<string, string> {
  try {
    const value: unknown = JSON.parse(readText(listPath(place)) ?? '{}');
    if (!isJsonObject(value)) return new Map();
    return new Map(Object.entries(value).map(([path, reason]) => [path, String(reason)]));
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** @param content what arrived; undefined when it is too long to be kept */
export function refuse(
  { workspace, warn, tally }: SyncContext,
  path: string,
  { reason, content }: { reason: string; content: Buffer | undefined },
): void {
  const refused = readRefused(workspace);
  makePrivate(refusedDirectory(workspace));
  const isKept = content !== undefined && (refused.has(path) || refused.size < MOST_KEPT);
  if (isKept) replaceFile(keptPath(workspace, path), content);
  if (refused.has(path) || refused.size < MOST_KEPT) {
    refused.set(path, reason);
    writeList(workspace, refused);
  }
  tally.refused.push(path);
  if (tally.refused.length > MOST_TOLD) return;
  const where = isKept ? `; what arrived is kept as ${keptPath(workspace, path)}` : '';
  warn(`refused ${path} of the branch: it ${reason}${where}`);
}

/** A file that was refused before has arrived as it should be. */
export function forgive({ workspace }: SyncContext, path: string): void {
  const refused = readRefused(workspace);
  if (!refused.delete(path)) return;
  removeFile(keptPath(workspace, path));
  writeList(workspace, refused);
}

function writeList(place: Place, refused: Map<string, string>): void {
  replaceFile(listPath(place), JSON.stringify(Object.fromEntries(refused)));
}
