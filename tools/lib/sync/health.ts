/** How this writer stands with the branch: what `ledger-sync --status` tells. Nothing is taken over by looking. */
import { Failure } from '../failure.js';
import { withoutUserInfo } from '../git/git-failure.js';
import { remoteUrl } from '../git/refs.js';
import { readBlobs, type TreeChange } from '../git/tree.js';
import { checkTip, type Exchange } from './arrive.js';
import { proposeAll } from './exchange.js';
import type { Proposal } from './parts.js';
import { parseBranchPath } from './paths.js';
import { readRefused } from './refused.js';
import { LONGEST_SEGMENT_BYTES } from './segments.js';

export type Health = 'ok' | 'offline' | 'rewound';

export interface SyncHealth {
  remote: string;
  /** Without user info; null when git knows no such remote. */
  url: string | null;
  branch: string;
  writer: string;
  head: string | null;
  last_pull_at: string | null;
  last_push_at: string | null;
  /** Events of ours that are not on the branch. */
  ahead: number;
  /** Events of others that are not here; null when the remote could not be asked. */
  behind: number | null;
  offline_claims: number;
  /** Paths of the branch that were refused, and why. */
  refused: Record<string, string>;
  health: Health;
  /** Why it is not ok. */
  problem: string | null;
}

export async function readHealth(exchange: Exchange): Promise<SyncHealth> {
  const { branch, context, state } = exchange;
  const { workspace } = context;
  const url = await remoteUrl(branch.repository, branch.remote);
  return {
    remote: branch.remote,
    url: url === undefined ? null : withoutUserInfo(url),
    branch: branch.branch,
    writer: workspace.writer,
    head: state.ledger_head,
    last_pull_at: state.last_pull_at,
    last_push_at: state.last_push_at,
    ahead: (await waiting(exchange))?.events ?? 0,
    offline_claims: state.offline_claims.length,
    refused: Object.fromEntries(readRefused(workspace)),
    ...(await look(exchange)),
  };
}

/** What would be sent on the tip that is known here; undefined: nothing. At most one commit's worth. */
export async function waiting(exchange: Exchange): Promise<Proposal | undefined> {
  let proposal: Proposal | undefined;
  await exchange.branch.build(exchange.state.ledger_head ?? undefined, async tree => {
    proposal = await proposeAll(exchange, tree, exchange.state.ledger_head ?? undefined);
    return undefined;
  });
  return proposal;
}

async function look(exchange: Exchange): Promise<Pick<SyncHealth, 'behind' | 'health' | 'problem'>> {
  const { branch, state } = exchange;
  try {
    const to = await branch.fetch();
    const from = state.ledger_head ?? undefined;
    const changes = to === from ? [] : await checkTip(exchange, from, to);
    return { behind: await countNew(exchange, changes), health: 'ok', problem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.kind !== 'offline' && error.kind !== 'rewound') throw error;
    return { behind: null, health: error.kind, problem: error.message };
  }
}

/** How many lines other writers' segments have gained. */
async function countNew({ branch, context }: Exchange, changes: TreeChange[]): Promise<number> {
  const grown = changes.filter(({ path, kind }) => {
    const known = parseBranchPath(path);
    return kind !== 'removed' && known?.kind === 'events' && known.writer !== context.workspace.writer;
  });
  const lines = async (ids: string[]): Promise<number> => {
    let count = 0;
    for await (const { content } of readBlobs(branch.repository, ids, LONGEST_SEGMENT_BYTES)) {
      for (const byte of content ?? []) if (byte === 10) count++;
    }
    return count;
  };
  if (grown.length === 0) return 0;
  return (
    (await lines(grown.map(({ id }) => id))) - (await lines(grown.flatMap(({ before }) => before ?? [])))
  );
}
