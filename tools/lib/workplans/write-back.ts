/**
 * Writing statuses back into workplans, so that a crash at any step leaves each file whole, old or new, and either
 * the commit or none; and so that nothing of the person's is lost or taken along.
 *
 * 1. Each file is read. It must be what the last commit and the index have; one that is not is left out.
 * 2. The new blobs are written to the object store, which nobody sees.
 * 3. The journal is written, synced.
 * 4. Each file is replaced, if it still is what was read.
 * 5. The commit is made of the journal's blobs, never of what the files hold by now (`git/commit-paths.ts`).
 * 6. The commit is pushed, where nothing else waits to be pushed.
 * 7. The journal is removed.
 *
 * Where 5 is refused (the index is locked, the branch has moved on), the files are put back, each if it still is
 * what we made of it. Where 6 shows that somebody else has pushed meanwhile, the commit is taken back as well: it
 * would only make the branches diverge, and the next run makes it anew. Where the remote cannot be reached or
 * refuses it, the commit waits, and no other is made until it is pushed. What a crash leaves is for `recover.ts`.
 * The caller holds the lock on the root's writebacks.
 */
import { join } from 'node:path';
import { amendFile, type ForeignFile, readForeign } from '../disk/amend.js';
import { makePrivate } from '../disk/directory.js';
import { removeDirectory } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { type Branch, distance, fetchUpstream, pushTo, type Upstream } from '../git/branch.js';
import { entriesIn, entriesInIndex, entryOf, type TreeEntry, writeBlob } from '../git/commit-paths.js';
import { sha256Hex } from '../sha256.js';
import {
  attempt,
  callIn,
  commitFiles,
  committableBranch,
  MODES,
  takeBackCommit,
  type Writing,
} from './commit-files.js';
import { editStatuses, type StatusChange } from './edit-status.js';
import { type Journal, type JournalFile, removeJournal, writeJournal } from './journal.js';
import { loadYaml } from './yaml.js';

export const COMMIT_SUBJECT = 'chore(consistency): sync task status from ledger [auto]';

export interface FileChanges {
  path: string;
  /** Below the top of the worktree, for git and for the commit's message. */
  name: string;
  changes: StatusChange[];
}

export interface WritingBack extends Writing {
  /** Where to push the commit; undefined when it is to wait. */
  upstream: Upstream | undefined;
  /** For the commit's message, YYYY-MM-DD. */
  today: string;
}

export interface Written {
  /** What became of the commit; `none` when every file was left out. */
  fate: 'none' | 'pushed' | 'waits' | 'overtaken';
  /** Why files were left out, by their path. */
  leftOut: Map<string, Failure>;
}

interface Prepared {
  file: ForeignFile;
  after: Buffer;
  noted: JournalFile;
}

/** Writes statuses back and commits them. @throws Failure when nothing can be committed now; files are as before */
export async function writeBack(writing: WritingBack, files: FileChanges[]): Promise<Written> {
  const branch = await committableBranch(writing);
  const leftOut = new Map<string, Failure>();
  const prepared: Prepared[] = [];
  for (const file of files) {
    const outcome = await attempt(() => prepare(writing, branch, file));
    if (outcome instanceof Failure) leftOut.set(file.path, outcome);
    else prepared.push(outcome);
  }
  if (prepared.length === 0) return { fate: 'none', leftOut };
  const message = messageOf(
    files.filter(({ path }) => !leftOut.has(path)),
    writing.today,
  );
  const journal: Journal = {
    ...{ schema_version: 1, top: writing.repository.top, ref: branch.ref, message },
    files: prepared.map(({ noted }) => noted),
  };
  writeJournal(writing.place, journal);
  for (const { file, after, noted } of prepared) {
    const outcome = await attempt(() => amendFile(file, after, MODES));
    if (outcome instanceof Failure) leftOut.set(noted.path, outcome);
  }
  const replaced = journal.files.filter(({ path }) => !leftOut.has(path));
  const fate =
    replaced.length === 0 ? 'none' : await commitAndPush(writing, branch, { ...journal, files: replaced });
  removeJournal(writing.place);
  return { fate, leftOut };
}

async function commitAndPush(
  writing: WritingBack,
  branch: Branch,
  journal: Journal,
): Promise<Written['fate']> {
  const { upstream } = writing;
  const call = callIn(writing);
  const commit = await commitFiles(writing, branch, journal);
  if (upstream === undefined) return 'waits';
  if (await pushTo(call, upstream, commit)) return 'pushed';
  const isKnown = await fetchUpstream(call, upstream);
  const committed = { ...branch, head: commit };
  if (!isKnown || (await distance(call, committed, upstream)).behind === 0) return 'waits';
  return (await takeBackCommit(writing, branch, commit, journal)) ? 'overtaken' : 'waits';
}

async function prepare(
  writing: Writing,
  branch: Branch,
  { path, name, changes }: FileChanges,
): Promise<Prepared> {
  const call = callIn(writing);
  const file = readForeign(path);
  if (file.bytes === undefined) throw new Failure('missing', 'it is gone');
  const committed = entryOf(await entriesIn(call, branch.head, [name]), name);
  const staged = entryOf(await entriesInIndex(call, [name]), name);
  const before = await blobOf(writing, name, file.bytes);
  if (!isFile(committed) || staged.blob !== committed.blob || before !== committed.blob) {
    throw new Failure('no', 'it has edits that are not committed');
  }
  const { bytes: after, splices } = editStatuses(file.bytes, changes, await loadYaml());
  const newBlob = await blobOf(writing, name, after);
  const hashes = { before: sha256Hex(file.bytes), after: sha256Hex(after) };
  const noted = { path, name, mode: committed.mode, ...hashes, oldBlob: committed.blob, newBlob, splices };
  return { file, after, noted };
}

const isFile = ({ mode }: TreeEntry): boolean => mode === '100644' || mode === '100755';

/** The blob that git makes of these bytes at a path, whatever the file there holds. */
async function blobOf(writing: Writing, name: string, bytes: Buffer): Promise<string> {
  const directory = join(writing.place.control, 'writeback');
  makePrivate(directory);
  try {
    const file = join(directory, 'content');
    replaceFile(file, bytes);
    return await writeBlob(callIn(writing), name, file);
  } finally {
    removeDirectory(directory);
  }
}

function messageOf(files: FileChanges[], today: string): string {
  const lines = files.flatMap(({ name, changes }) =>
    changes.map(({ id, from, to }) => `- ${id}: ${from} → ${to} (${name})`),
  );
  return `${COMMIT_SUBJECT}\n\nUpdated by ledger-check on ${today}:\n${lines.join('\n')}`;
}
