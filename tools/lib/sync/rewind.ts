/**
 * Does a tip continue the one we accepted? As a rule its history says so. Two kinds of tips have another history and may still hold
 * everything: one whose history was compacted, which its first commit says, and one that a shallow clone knows no history of. For these
 * the contents decide: each file that we know is there, unchanged or grown, and no epoch went back.
 */
import { Failure } from '../failure.js';
import { GitFailure } from '../git/git-failure.js';
import { isShallow, rootMessages } from '../git/history.js';
import { readBlobs, type TreeChange } from '../git/tree.js';
import { isJsonObject } from '../record/json.js';
import type { Exchange } from './arrive.js';
import { parseBranchPath } from './paths.js';
import { LONGEST_SEGMENT_BYTES } from './segments.js';

/** The line of a commit's message that says it replaces the history before it. */
export const COMPACTS = 'Ledger-Compacts:';

export async function assertContinues(
  exchange: Exchange,
  { from, to, changes }: { from: string; to: string; changes: TreeChange[] },
): Promise<void> {
  if (await isKnownAncestor(exchange, from, to)) return;
  const { repository } = exchange.branch;
  const mayHoldAll = (await isCompacted(exchange, to)) || (await isShallow(repository));
  if (!mayHoldAll) throw rewound(exchange, 'no longer holds the newest commit that was seen');
  for (const change of changes) {
    if (!(await holdsAll(exchange, change)))
      throw rewound(exchange, `was compacted and lacks what was in ${change.path}`);
  }
}

/** The failure of a remote that lost what we have seen. */
export function rewound({ branch }: Pick<Exchange, 'branch'>, how: string): Failure {
  const what = `the branch ${branch.branch} of ${branch.remote} ${how}`;
  return new Failure(
    'rewound',
    `${what}: it was rewound or replaced, and nothing was changed here; see docs/LEDGER_BRANCH.md on rewound remotes`,
  );
}

async function isKnownAncestor({ branch }: Exchange, from: string, to: string): Promise<boolean> {
  try {
    return await branch.isAncestor(from, to);
  } catch (error) {
    if (error instanceof GitFailure && error.kind === 'missing') return false;
    throw error;
  }
}

async function isCompacted({ branch }: Exchange, tip: string): Promise<boolean> {
  const messages = await rootMessages(branch.repository, tip);
  return messages.some(message => message.split('\n').some(line => line.startsWith(COMPACTS)));
}

/** Whether nothing that we knew of a file is missing from what it is now. */
async function holdsAll({ branch }: Exchange, { path, kind, id, before }: TreeChange): Promise<boolean> {
  const known = parseBranchPath(path);
  if (known === undefined || before === undefined) return true;
  // What a writer has archived is gone from the branch; the copies stay.
  if (kind === 'removed') return known.kind === 'events';
  const contents: (Buffer | undefined)[] = [];
  for await (const { content } of readBlobs(branch.repository, [before, id], LONGEST_SEGMENT_BYTES))
    contents.push(content);
  const [was, is] = contents;
  if (was === undefined || is === undefined) return false;
  if (known.kind === 'events' || known.kind === 'claim-log') return is.subarray(0, was.length).equals(was);
  return known.kind === 'claim' ? epochIn(is) >= epochIn(was) : true;
}

/** Of a claim's file; -1 where none is given. */
function epochIn(content: Buffer): number {
  try {
    const value: unknown = JSON.parse(content.toString());
    return isJsonObject(value) && typeof value.epoch === 'number' ? value.epoch : -1;
  } catch (error) {
    if (error instanceof SyntaxError) return -1;
    throw error;
  }
}
