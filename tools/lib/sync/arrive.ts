/**
 * A new tip of the branch: is it one that continues what we know, and what did it bring? The tip counts as accepted, and is
 * stored, once every part has taken over what is its own; a process that dies before does it again.
 */
import { changesBetween, readBlobs, type TreeChange } from '../git/tree.js';
import { visible } from '../record/ids.js';
import type { Branch } from './branch.js';
import type { SyncContext } from './context.js';
import type { Arrival, Part } from './parts.js';
import { parseBranchPath } from './paths.js';
import { refuse } from './refused.js';
import { assertContinues, rewound } from './rewind.js';
import { type SyncState, writeState } from './state.js';

/** An exchange with the branch, under `sync.lock`. */
export interface Exchange {
  context: SyncContext;
  branch: Branch;
  /** All of them: what arrives is taken over whole. */
  parts: Part[];
  /** Those that send. */
  senders: Part[];
  state: SyncState;
}

const REGULAR_FILE = '100644';
const NAMED_STRANGERS = 3;

/**
 * Checks and takes over what a tip brings.
 * @throws Failure `rewound` when it does not continue what was accepted before: nothing is changed then
 */
export async function arrive(
  exchange: Exchange,
  from: string | undefined,
  to: string | undefined,
): Promise<void> {
  const changes = await checkTip(exchange, from, to);
  if (to !== undefined) await takeOver(exchange, { from, to, changes });
}

interface NewTip {
  from: string | undefined;
  to: string;
  changes: TreeChange[];
}

/** Takes over what a tip brings that is known to be good, and accepts it. */
export async function takeOver(exchange: Exchange, tip: NewTip): Promise<void> {
  const { branch, state, context } = exchange;
  await handOut(exchange, tip);
  state.ledger_head = tip.to;
  writeState(context.workspace, state);
  await branch.keepTip(tip.to);
}

/** What a tip changes. @throws Failure `rewound` */
export async function checkTip(
  exchange: Exchange,
  from: string | undefined,
  to: string | undefined,
): Promise<TreeChange[]> {
  if (to === undefined) {
    if (from === undefined) return [];
    throw rewound(exchange, 'is gone');
  }
  const changes = await changesBetween(exchange.branch.repository, from, to);
  if (from !== undefined) await assertContinues(exchange, { from, to, changes });
  return changes;
}

/** Gives each part what is its own. */
async function handOut({ context, branch, parts }: Exchange, { from, to, changes }: NewTip): Promise<void> {
  const strangers: string[] = [];
  const own = new Map<Part, TreeChange[]>(parts.map(part => [part, []]));
  for (const change of changes) {
    const path = parseBranchPath(change.path);
    if (path === undefined) strangers.push(change.path);
    else if (change.mode !== REGULAR_FILE && change.kind !== 'removed')
      refuse(context, change.path, { reason: 'is no regular file', content: undefined });
    else {
      const part = parts.find(candidate => candidate.owns(path));
      if (part) own.get(part)!.push(change);
    }
  }
  tellOfStrangers(context, strangers);
  const read: Arrival['read'] = (ids, longestBytes) => readBlobs(branch.repository, ids, longestBytes);
  for (const [part, ofPart] of own) {
    if (ofPart.length > 0) await part.arrive({ from, to, changes: ofPart, read });
  }
}

function tellOfStrangers({ warn }: SyncContext, paths: string[]): void {
  if (paths.length === 0) return;
  const named = paths.slice(0, NAMED_STRANGERS).map(path => visible(path.slice(0, 200)));
  const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
  warn(`passed over on the branch, not ours: ${named.join(', ')}${more}`);
}
