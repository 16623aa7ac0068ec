/**
 * After a crash in a writeback: what its journal says is finished, or, where that cannot be, put back. A file that
 * is neither what it was nor what it was to become was edited since, and is the person's.
 */
import { readForeign, removeRemains } from '../disk/amend.js';
import { entriesIn } from '../git/commit-paths.js';
import { gitPlaceAbove } from '../root/find.js';
import { sha256Hex } from '../sha256.js';
import { callIn, commitFiles, committableBranch, putBack, type Writing } from './commit-files.js';
import { type JournalFile, readJournal, removeJournal } from './journal.js';

/**
 * @returns what was done about it, for the user; undefined when there was nothing to do
 * @throws Failure when it cannot be done now; the journal stays then
 */
export async function recoverWriteback(writing: Omit<Writing, 'repository'>): Promise<string | undefined> {
  const journal = readJournal(writing.place);
  const repository = journal && gitPlaceAbove(journal.top);
  if (repository === undefined || repository.top !== journal!.top) {
    removeJournal(writing.place);
    return undefined;
  }
  const here = { ...writing, repository };
  for (const { path } of journal!.files) removeRemains(readForeign(path));
  const branch = await committableBranch(here);
  const names = journal!.files.map(({ name }) => name);
  const committed = new Map(
    (await entriesIn(callIn(here), branch.head, names)).map(({ path, blob }) => [path, blob]),
  );
  const isReplaced = ({ path, after }: JournalFile): boolean => {
    const { bytes } = readForeign(path);
    return bytes !== undefined && sha256Hex(bytes) === after;
  };
  const unfinished = journal!.files.filter(({ name, newBlob }) => committed.get(name) !== newBlob);
  const files = unfinished.filter(
    file => branch.ref === journal!.ref && committed.get(file.name) === file.oldBlob && isReplaced(file),
  );
  const rest = unfinished.filter(file => !files.includes(file));
  if (rest.length > 0) await putBack(here, { ...journal!, files: rest });
  if (files.length > 0) await commitFiles(here, branch, { ...journal!, files });
  removeJournal(writing.place);
  return unfinished.length > 0 ? `finished a writeback in ${repository.top} that was cut off` : undefined;
}
