/** Files of other writers that a rewound branch lacks, or has shorter than they were. */
import type { FileChange } from '../git/build-commit.js';
import type { Arrival, Proposal } from './parts.js';
import { parseBranchPath } from './paths.js';

/**
 * What brings them back: the very objects that they were.
 * @param growsTo how long such a file can be that only grows; undefined for files that are replaced as a whole
 */
export async function lostFiles(lost: Arrival, writer: string, growsTo?: number): Promise<FileChange[]> {
  const found: FileChange[] = [];
  for (const { path, before, id, kind } of lost.changes) {
    if (before === undefined || parseBranchPath(path)?.writer === writer) continue;
    const isLost =
      kind === 'removed' || (growsTo !== undefined && (await isBeginningOf(lost, { id, before, growsTo })));
    if (isLost) found.push({ path, content: { id: before, mode: '100644' } });
  }
  return found;
}

async function isBeginningOf(
  { read }: Arrival,
  { id, before, growsTo }: { id: string; before: string; growsTo: number },
): Promise<boolean> {
  const contents: (Buffer | undefined)[] = [];
  for await (const { content } of read([id, before], growsTo)) contents.push(content);
  const [is, was] = contents;
  if (is === undefined || was === undefined) return false;
  return was.subarray(0, is.length).equals(is);
}

/** A proposal that also brings lost files back. */
export function withLost(proposal: Proposal | undefined, lost: FileChange[]): Proposal | undefined {
  if (lost.length === 0) return proposal;
  const { changes = [], says = [], ...rest } = proposal ?? { landed: () => undefined };
  const files = `${lost.length} lost file${lost.length === 1 ? '' : 's'}`;
  return { ...rest, changes: [...changes, ...lost], says: [...says, `${files} of others`] };
}
