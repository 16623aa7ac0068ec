/** The commit of a writeback, made of its journal, and the ways back. */
import { join } from 'node:path';
import { amendFile, readForeign } from '../disk/amend.js';
import { removeFile } from '../disk/remove.js';
import { Failure } from '../failure.js';
import { type Branch, currentBranch, workUnderWay } from '../git/branch.js';
import { entriesInIndex, makeCommit, moveBranch, putEntries } from '../git/commit-paths.js';
import type { GitCall } from '../git/run-git.js';
import type { GitPlace } from '../root/find.js';
import type { Place } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import { takeBack } from './edit-status.js';
import type { Git } from './find.js';
import { type Journal, removeJournal } from './journal.js';

export interface Writing {
  place: Place;
  repository: GitPlace;
  git: Git;
}

export const callIn = ({ git, repository }: Pick<Writing, 'git' | 'repository'>): GitCall => ({
  ...git,
  cwd: repository.top,
});

/** For files that are made; ours are there already and keep their own. */
export const MODES = { file: 0o644, directory: 0o755 };

/** The branch that a commit can go to now. @throws Failure `no` when there is none */
export async function committableBranch(writing: Writing): Promise<Branch> {
  const { repository } = writing;
  const underWay = workUnderWay(repository.gitDirectory);
  if (underWay !== undefined) throw new Failure('no', `${underWay} is under way; finish it first`);
  const branch = await currentBranch(callIn(writing));
  if (branch) return branch;
  throw new Failure('no', 'no branch with a commit is checked out; check one out first');
}

/** Commits what was replaced, or puts it back. @returns the commit */
export async function commitFiles(writing: Writing, branch: Branch, journal: Journal): Promise<string> {
  const call = callIn(writing);
  const scratch = join(writing.place.control, 'writeback.index');
  try {
    // Left by a git that was killed: nobody but us, who hold the lock, uses this index.
    removeFile(`${scratch}.lock`);
    const entries = journal.files.map(({ name: path, mode, newBlob: blob }) => ({ path, mode, blob }));
    const { message } = journal;
    const commit = await makeCommit(call, { parent: branch.head, entries, message, scratch });
    await patiently(() => putEntries(call, entries));
    if (await moveBranch(call, branch, commit)) return commit;
    throw new Failure('contention', 'the branch has moved on meanwhile; run it again');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await putBack(writing, journal);
    removeJournal(writing.place);
    throw error;
  } finally {
    removeFile(scratch);
  }
}

/** Takes a commit of ours back that nobody else has. @returns false when the branch is no longer there */
export async function takeBackCommit(
  writing: Writing,
  before: Branch,
  commit: string,
  journal: Journal,
): Promise<boolean> {
  if (!(await moveBranch(callIn(writing), { ...before, head: commit }, before.head))) return false;
  await putBack(writing, journal);
  return true;
}

/** Takes the changes of a journal out of files and index again, wherever they still are what we made of them. */
export async function putBack(writing: Writing, journal: Journal): Promise<void> {
  for (const { path, after, before, splices } of journal.files) {
    const file = readForeign(path);
    if (file.bytes === undefined || sha256Hex(file.bytes) !== after) continue;
    const old = takeBack(file.bytes, splices);
    if (sha256Hex(old) === before) await attempt(() => amendFile(file, old, MODES));
  }
  const call = callIn(writing);
  const names = journal.files.map(({ name }) => name);
  const present = new Map((await entriesInIndex(call, names)).map(({ path, blob }) => [path, blob]));
  const ours = journal.files.filter(({ name, newBlob }) => present.get(name) === newBlob);
  const entries = ours.map(({ name: path, mode, oldBlob: blob }) => ({ path, mode, blob }));
  if (entries.length > 0) await patiently(() => putEntries(call, entries));
}

/** What an action gives, or the Failure it throws. */
export async function attempt<T>(action: () => T | Promise<T>): Promise<T | Failure> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const TRIES = 10;
const PAUSE_MS = 100;

/** Another git holds the index for a moment. */
async function patiently(action: () => Promise<void>): Promise<void> {
  for (let left = TRIES; ; left--) {
    const outcome = await attempt(action);
    if (!(outcome instanceof Failure)) return;
    if (left === 1) throw outcome;
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}
