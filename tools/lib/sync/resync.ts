/**
 * After a rewind: the branch goes on where it is now, and gets back what it has lost as far as it is known here. The tip that
 * was lost is first kept under a ref of its own. One commit on the present tip brings back every file of ours, every file of others that
 * the present tip lacks or has shorter, and the higher epoch of each claim. Any number of machines may do so, each adds what it has.
 */
import { timestampNow } from '../clock.js';
import { Failure } from '../failure.js';
import type { TreeReader } from '../git/build-commit.js';
import { writeRef } from '../git/refs.js';
import { changesBetween, readBlobs, type TreeChange } from '../git/tree.js';
import { advance } from './advance.js';
import { type Exchange, takeOver } from './arrive.js';
import { draftOf, type ExchangeOptions, exchangeAll, joined, noteSent, reasonOf } from './exchange.js';
import { forgetMarks } from './marks.js';
import { exchangeOf, type SyncOptions } from './open.js';
import type { Arrival, Part, Proposal } from './parts.js';
import { parseBranchPath } from './paths.js';
import { assertContinues } from './rewind.js';

export interface Resync {
  /** The ref that keeps the tip that was lost; undefined when nothing was. */
  backup: string | undefined;
  exchange: Exchange;
}

/** @throws Failure `contention`, `offline` */
export async function forceResync(
  opened: Exchange,
  options: SyncOptions,
  sending: ExchangeOptions,
): Promise<Resync> {
  const { branch, state } = opened;
  const lost = state.ledger_head ?? undefined;
  const present = await branch.fetch();
  if (lost === undefined || (await isGoingOn(opened, lost, present))) {
    await exchangeAll(opened, sending);
    return { backup: undefined, exchange: opened };
  }
  const backup = `${branch.refs.backups}${timestampNow(options.workspace.clock).replace(/[^0-9T]/g, '')}`;
  await writeRef(branch.repository, backup, lost);
  // What was sent may be gone: every file of ours is read and compared again.
  forgetMarks(options.workspace);
  const exchange = exchangeOf(options, branch, state);
  if (present === undefined) await pushAgain(exchange, lost);
  else await restore(exchange, { lost, present }, sending);
  await exchangeAll(exchange, sending);
  return { backup, exchange };
}

async function isGoingOn(exchange: Exchange, lost: string, present: string | undefined): Promise<boolean> {
  if (present === undefined || present === lost) return present === lost;
  try {
    const changes = await changesBetween(exchange.branch.repository, lost, present);
    await assertContinues(exchange, { from: lost, to: present, changes });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'rewound') return false;
    throw error;
  }
}

/** The branch is gone: it goes on with the very commit that was its tip. */
async function pushAgain({ branch }: Exchange, lost: string): Promise<void> {
  const { outcome, words } = await branch.push(lost, undefined);
  if (outcome !== 'landed')
    throw new Failure('offline', `${branch.remote} does not take the branch again: ${words}`);
}

async function restore(
  exchange: Exchange,
  { lost, present }: { lost: string; present: string },
  { time, deadlineMs, retries }: ExchangeOptions,
): Promise<void> {
  const { branch } = exchange;
  const result = await advance<Proposal | undefined>(
    branch,
    {
      tip: present,
      async decide(tree, { tip }) {
        const proposal = await proposeRestoring(exchange, tree, { lost, present: tip! });
        return { draft: proposal && draftOf(exchange, proposal), result: proposal };
      },
      // Only what is still missing once ours is back counts: see below.
      arrive: async (_from, to) => {
        if (to === undefined) throw new Failure('contention', 'the branch is gone again; run it again');
      },
      prepare: () => undefined,
      deadlineMs,
      retries,
    },
    time,
  );
  if (!('result' in result)) throw reasonOf(exchange, result);
  const tip = result.tip!;
  await takeOver(exchange, {
    from: lost,
    to: tip,
    changes: await changesBetween(branch.repository, lost, tip),
  });
  if (result.outcome === 'landed') noteSent(exchange, result.result!);
}

/** What all parts propose to bring back. */
async function proposeRestoring(
  { branch, parts }: Exchange,
  tree: TreeReader,
  { lost, present }: { lost: string; present: string },
): Promise<Proposal | undefined> {
  const changes = await changesBetween(branch.repository, lost, present);
  const read: Arrival['read'] = (ids, longestBytes) => readBlobs(branch.repository, ids, longestBytes);
  const proposals: Proposal[] = [];
  for (const part of parts) {
    const ofPart = changes.filter(change => isOwnedBy(part, change));
    const proposal = await part.restore(tree, { from: lost, to: present, changes: ofPart, read });
    if (proposal) proposals.push(proposal);
  }
  return joined(proposals);
}

function isOwnedBy(part: Part, { path }: TreeChange): boolean {
  const known = parseBranchPath(path);
  return known !== undefined && part.owns(known);
}
