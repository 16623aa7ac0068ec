/**
 * A commit that changes certain files and nothing else, whatever is staged, made beside the person's work:
 *
 * 1. The blobs are written, through the filters of their paths.
 * 2. A tree is made of HEAD's in an index of its own, with these entries put in.
 * 3. The commit is made of it, unsigned.
 * 4. In the person's index these entries move on to the new blobs, everything else stays as it is.
 * 5. The branch moves from the old HEAD to the commit, if it still is there.
 *
 * Cut off before 5, there is no commit; the index then differs from HEAD by entries that equal the files, and a
 * commit of the person takes them along as they are meant. The other order would leave entries behind that take
 * the commit back. No hook runs.
 */
import { Failure } from '../failure.js';
import { answerOf, toldBy } from './answer.js';
import type { Branch } from './branch.js';
import type { GitCall } from './run-git.js';

/** A file in a tree. */
export interface TreeEntry {
  /** Below the top of the worktree. */
  path: string;
  mode: string;
  blob: string;
}

export interface CommitPlan {
  parent: string;
  entries: TreeEntry[];
  message: string;
  /** A file for the index that the tree is made in; it is the caller's to remove. */
  scratch: string;
}

/** The entries of these paths in a commit; paths that are not there have none. */
export async function entriesIn(call: GitCall, commit: string, paths: string[]): Promise<TreeEntry[]> {
  const text = await toldBy(['ls-tree', '-z', '--full-tree', commit, '--', ...paths], call);
  return text.split('\0').flatMap(record => {
    const parts = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(record);
    return parts ? [{ mode: parts[1]!, blob: parts[2]!, path: parts[3]! }] : [];
  });
}

/** Writes what a file holds as the blob that git would make of it at `path`. @returns its id */
export function writeBlob(call: GitCall, path: string, file: string): Promise<string> {
  return toldBy(['hash-object', '-w', `--path=${path}`, '--', file], call);
}

/** Makes the commit; no branch knows it yet. @returns its id */
export async function makeCommit(
  call: GitCall,
  { parent, entries, message, scratch }: CommitPlan,
): Promise<string> {
  const inScratch = { ...call, indexFile: scratch };
  await toldBy(['read-tree', parent], inScratch);
  await putEntries(inScratch, entries);
  const tree = await toldBy(['write-tree'], inScratch);
  const identity = await fallbackIdentity(call);
  return toldBy([...identity, 'commit-tree', tree, '-p', parent, '-m', message], call);
}

/** Puts entries into an index. @throws Failure `contention` while another git has it locked */
export async function putEntries(call: GitCall, entries: TreeEntry[]): Promise<void> {
  const infos = entries.flatMap(({ mode, blob, path }) => ['--cacheinfo', `${mode},${blob},${path}`]);
  await toldBy(['update-index', ...infos], call);
}

/** The entries of these paths in the person's index. */
export async function entriesInIndex(call: GitCall, paths: string[]): Promise<TreeEntry[]> {
  const text = await toldBy(
    ['--literal-pathspecs', 'ls-files', '-z', '--stage', '--full-name', '--', ...paths],
    call,
  );
  return text.split('\0').flatMap(record => {
    const parts = /^(\d+) ([0-9a-f]+) 0\t(.*)$/s.exec(record);
    return parts ? [{ mode: parts[1]!, blob: parts[2]!, path: parts[3]! }] : [];
  });
}

/** Moves the branch to a commit. @returns false when it is no longer where it was */
export async function moveBranch(call: GitCall, { ref, head }: Branch, commit: string): Promise<boolean> {
  const reason = 'agent-ledger: task status from the ledger';
  return (await answerOf(['update-ref', '-m', reason, ref, commit, head], call)) !== undefined;
}

/** Who commits where nobody is configured. */
async function fallbackIdentity(call: GitCall): Promise<string[]> {
  if ((await answerOf(['var', 'GIT_COMMITTER_IDENT'], call)) !== undefined) return [];
  return ['-c', 'user.name=agent-ledger', '-c', 'user.email=agent-ledger@localhost'];
}

/** @throws Failure `data` unless each path has its entry */
export function entryOf(entries: TreeEntry[], path: string): TreeEntry {
  const entry = entries.find(candidate => candidate.path === path);
  if (entry) return entry;
  throw new Failure('data', `${path} is not in the last commit; commit it first`);
}
