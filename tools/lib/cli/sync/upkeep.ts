/** `ledger-sync`: what is done to the branch now and then, and only by somebody who says yes. */
import { formatDuration, parseDuration } from '../../clock.js';
import { Failure } from '../../failure.js';
import { shorten } from '../../record/ids.js';
import { archiveDays } from '../../sync/archive.js';
import { cleanUp } from '../../sync/clean-up.js';
import { compact } from '../../sync/compact.js';
import { exchangeAll } from '../../sync/exchange.js';
import { forgetMarks } from '../../sync/marks.js';
import { type SyncOptions, withExchange } from '../../sync/open.js';
import { reconcileFiles } from '../../sync/reconcile.js';
import { forceResync } from '../../sync/resync.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { report, sending } from './exchange.js';

export function reconcile(call: Call, options: SyncOptions): Promise<number> {
  return withExchange(options, async opened => {
    forgetMarks(options.workspace);
    await exchangeAll(opened, sending(options));
    await reconcileFiles(opened);
    return report(call, opened);
  });
}

export function resync(call: Call, options: SyncOptions): Promise<number> {
  agree(call, 'pushes to a branch that was rewound what it has lost');
  return withExchange(options, async opened => {
    const { backup, exchange } = await forceResync(opened, options, sending(options));
    if (!call.args.isSet('json')) {
      const what =
        backup === undefined
          ? 'The branch has lost nothing that is known here.'
          : `The branch goes on with all that is known here; its lost tip is kept as ${backup}.`;
      call.io.print(`${what}\n`);
    }
    return report(call, exchange);
  });
}

export async function cleanup(call: Call, options: SyncOptions): Promise<number> {
  const isAgreed = call.args.isSet('yes');
  const { refs, offlineClaims } = await cleanUp(options, isAgreed);
  const { args, io, warn } = call;
  if (offlineClaims > 0) warn(`${offlineClaims} provisional claims will not be settled`);
  if (args.isSet('json'))
    io.print(`${JSON.stringify({ schema_version: 1, removed: isAgreed, refs, offlineClaims })}\n`);
  else for (const ref of refs) io.print(`${isAgreed ? 'removed' : 'would remove'} ${ref}\n`);
  if (!isAgreed) throw new Failure('usage', '--cleanup-ledger removes these and the state; add --yes');
  return EXIT.done;
}

export function compactHistory(call: Call, options: SyncOptions): Promise<number> {
  const beforeMs = options.time.nowMs() - limitOf(call, 0);
  agree(call, 'replaces the history of the branch by one commit');
  return withExchange(options, async opened => {
    const commit = await compact(opened, sending(options), beforeMs);
    if (!call.args.isSet('json')) {
      const age = formatDuration(limitOf(call, 0));
      call.io.print(
        commit === undefined
          ? `No history is older than ${age}.\n`
          : `The history begins with ${commit} now.\n`,
      );
    }
    return report(call, opened);
  });
}

const ARCHIVED_BEFORE = '90d';
/** The last days are still written to, whatever the clock of a machine says. */
const YOUNGEST_ARCHIVED_MS = 7 * 86_400_000;

export function archive(call: Call, options: SyncOptions): Promise<number> {
  const limitMs = limitOf(call, parseDuration(ARCHIVED_BEFORE)!);
  if (limitMs < YOUNGEST_ARCHIVED_MS)
    throw new Failure('usage', 'the last 7 days are not archived; give --before 7d or more');
  agree(call, 'moves old day files into the archive, out of the ledger and the branch');
  return withExchange(options, async opened => {
    const archived = await archiveDays(opened, sending(options), options.time.nowMs() - limitMs);
    if (!call.args.isSet('json')) {
      for (const { agent, day, lines } of archived)
        call.io.print(`archived ${agent}/${day}, ${lines} lines\n`);
    }
    return report(call, opened);
  });
}

/** `--before`, in ms. */
function limitOf({ args }: Call, without: number): number {
  const text = args.value('before');
  if (text === undefined) return without;
  const limitMs = parseDuration(text);
  if (limitMs === undefined)
    throw new Failure('usage', `--before "${shorten(text)}" is not a duration, like 90d, 12w`);
  return limitMs;
}

function agree({ args }: Call, what: string): void {
  if (!args.isSet('yes')) throw new Failure('usage', `this ${what}; add --yes`);
}
