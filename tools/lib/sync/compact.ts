/**
 * Compaction: the history of the branch is replaced by one commit without a parent and with the same tree, whose message
 * names the tip it replaces. It is pushed like everything else, with a lease on that tip. Other machines find that everything they know is still
 * there, and go on from it.
 */
import { Failure } from '../failure.js';
import { firstCommitMs, treeOf } from '../git/history.js';
import { uuidV7 } from '../record/ids.js';
import { type Exchange, takeOver } from './arrive.js';
import { type ExchangeOptions, exchangeAll } from './exchange.js';
import { COMPACTS } from './rewind.js';

/**
 * @param beforeMs nothing happens unless the history reaches back beyond this instant
 * @returns the commit that holds everything now; undefined when nothing had to be done
 */
export async function compact(
  exchange: Exchange,
  sending: ExchangeOptions,
  beforeMs: number,
): Promise<string | undefined> {
  const { branch } = exchange;
  for (;;) {
    await exchangeAll(exchange, sending);
    const tip = exchange.state.ledger_head!;
    if ((await firstCommitMs(branch.repository, tip)) > beforeMs) return undefined;
    const commit = await build(exchange, tip);
    const { outcome, words } = await branch.push(commit, tip);
    const seen = outcome === 'landed' ? commit : await branch.fetch();
    if (seen === commit) {
      await takeOver(exchange, { from: tip, to: commit, changes: [] });
      return commit;
    }
    if (seen === tip) throw new Failure('offline', `${branch.remote} refuses to replace history: ${words}`);
    if (sending.time.nowMs() >= sending.deadlineMs)
      throw new Failure('contention', 'other machines were faster each time; run it again');
  }
}

async function build({ branch, context }: Exchange, tip: string): Promise<string> {
  const { writer, clock } = context.workspace;
  const id = await treeOf(branch.repository, tip);
  const nowMs = clock.nowMs();
  const message = `${writer}: history until here\n\n${COMPACTS} ${tip}\nLedger-Attempt: ${uuidV7(nowMs)}\n`;
  const commit = await branch.build(undefined, async () => ({
    message,
    whenMs: nowMs,
    name: writer,
    changes: [{ path: '', content: { id, mode: '040000' } }],
  }));
  return commit!;
}
