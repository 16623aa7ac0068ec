/**
 * Archiving: day files of ours that are older than a limit are packed, then their segments go from the branch, then they go from
 * the ledger. In that order, so that a crash at any point leaves a day in two places and never in none. Copies that other machines have stay there.
 */
import { addDays, formatTimestamp, timestampNow } from '../clock.js';
import { fileSize } from '../disk/read.js';
import { removeFile } from '../disk/remove.js';
import { listTree } from '../git/tree.js';
import { type Archived, packDay } from '../ledger/archive.js';
import { dayFilePath, listAgents, listDayFiles } from '../ledger/day-file.js';
import { removeHead } from '../ledger/head.js';
import { withAgentLock } from '../root/workspace.js';
import { advance } from './advance.js';
import { arrive, type Exchange } from './arrive.js';
import { draftOf, type ExchangeOptions, exchangeAll, noteSent, reasonOf } from './exchange.js';
import { type LineMark, Marks } from './marks.js';
import type { Proposal } from './parts.js';
import { parseBranchPath } from './paths.js';

/**
 * @param beforeMs days that ended before this instant are archived
 * @returns what is in the archive now and was not before
 */
export async function archiveDays(
  exchange: Exchange,
  sending: ExchangeOptions,
  beforeMs: number,
): Promise<Archived[]> {
  const { workspace } = exchange.context;
  await exchangeAll(exchange, sending);
  const packed = pack(exchange, addDays(formatTimestamp(beforeMs, 0).slice(0, 10), -1));
  if (packed.length === 0) return [];
  await removeFromBranch(exchange, sending, packed);
  return packed.filter(entry => {
    const { agent, day, bytes } = entry;
    return withAgentLock(workspace, agent, held => {
      const path = dayFilePath(workspace.root, agent, day);
      // Somebody has imported an old event meanwhile: next time.
      if (fileSize(path) !== bytes) return false;
      removeFile(path);
      removeHead(held, day);
      new Marks<LineMark>(workspace, `events-${agent}`).set([[day, undefined]]);
      return true;
    });
  });
}

function pack({ context: { workspace } }: Exchange, lastDay: string): Archived[] {
  const { root, clock } = workspace;
  return listAgents(root).flatMap(agent =>
    withAgentLock(workspace, agent, () =>
      listDayFiles(root, { agent, to: lastDay })
        .filter(({ writer }) => writer === undefined)
        .map(file => packDay(root, file, timestampNow(clock))),
    ),
  );
}

async function removeFromBranch(
  exchange: Exchange,
  { time, deadlineMs, retries }: ExchangeOptions,
  packed: Archived[],
): Promise<void> {
  const { branch, state } = exchange;
  const result = await advance<Proposal | undefined>(
    branch,
    {
      tip: state.ledger_head ?? undefined,
      async decide(_tree, { tip }) {
        const proposal = await proposeRemoval(exchange, tip!, packed);
        return { draft: proposal && draftOf(exchange, proposal), result: proposal };
      },
      arrive: (from, to) => arrive(exchange, from, to),
      prepare: () => undefined,
      ...{ deadlineMs, retries },
    },
    time,
  );
  if (!('result' in result)) throw reasonOf(exchange, result);
  if (result.outcome !== 'landed') return;
  state.ledger_head = result.tip!;
  noteSent(exchange, result.result!);
}

async function proposeRemoval(
  { branch, context }: Exchange,
  tip: string,
  packed: Archived[],
): Promise<Proposal | undefined> {
  const days = new Set(packed.map(({ agent, day }) => `${agent}/${day}`));
  const changes = (await listTree(branch.repository, tip, 'g/ledger')).flatMap(({ path }) => {
    const at = parseBranchPath(path);
    const isOurs = at?.kind === 'events' && at.writer === context.workspace.writer;
    return isOurs && days.has(`${at.agent}/${at.day}`) ? [{ path, content: null }] : [];
  });
  if (changes.length === 0) return undefined;
  return { changes, says: [`${days.size} archived days`], landed: () => undefined };
}
