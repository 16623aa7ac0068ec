/**
 * Serving wishes: one commit for all who wait, under the lock on the branch.
 *
 * 1. What an earlier call left open is settled first: an **intent** says which leases were about to be pushed. The
 *    branch has one: its ops are appended to the claims log. It has not: dropped, as whoever asked is gone.
 * 2. Decide on the tip, note the intent (synced, while git writes the commit), push; `advance` tells the outcome.
 * 3. It landed: the ops are appended to the claims log (synced, told in the ledgers), and the intent goes. Only now anybody
 *    hears "yes".
 * 4. The remote cannot be asked: provisional leases, decided on the tip last seen. When a push is in doubt, they are the
 *    very ones that were pushed, lease id and epoch: if it landed after all, they are kept.
 * 5. With `sync.offline_mode: fail`, or where a crash left a push in doubt, the intent stays for the next call that reaches the
 *    remote, and the answer is that nobody knows.
 */
import { isRefusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import type { CommitDraft } from '../../git/build-commit.js';
import { type Advance, type Attempt, advance } from '../advance.js';
import { applyDecision, outcomesOf } from './apply-decision.js';
import { arriveClaims } from './arrive.js';
import { decideOn, type Made } from './decide-on-tip.js';
import type { ClaimsPorts, Outcome, ServeOptions, Wish } from './ports.js';
import { leaveOpen, serveOffline } from './serve-offline.js';
import { settleIntent } from './settle.js';

/**
 * @returns what came of each wish, by its id
 * @throws Failure `contention`, `offline`, `rewound`, `disk`: then nothing was granted, or, `offline`, it is not known
 */
export async function serveWishes(
  ports: ClaimsPorts,
  wishes: Wish[],
  options: ServeOptions,
): Promise<Map<string, Outcome>> {
  await rebuildForeign(ports);
  if (options.isOffline) return serveOffline(ports, wishes, options, 'the remote was not asked');
  const open = await settleIntent(ports);
  if (open !== undefined) return serveOffline(ports, wishes, options, open);
  const done = await advance<Made>(ports.branch, attemptFor(ports, wishes, options), ports.time);
  switch (done.outcome) {
    case 'landed':
    case 'unchanged':
      return conclude(ports, done.result, done.tip);
    case 'offline':
      ports.intents.clear();
      return serveOffline(ports, wishes, options, done.words);
    case 'unknown':
      return leaveOpen(ports, done.meant, options, done.words);
    default:
      ports.intents.clear();
      throw refusedBy(done);
  }
}

/** A view of other writers' leases that was lost is made again from the tip; what is in it is observed from now on. */
async function rebuildForeign(ports: ClaimsPorts): Promise<void> {
  const tip = ports.tip.read();
  if (tip !== undefined && !ports.foreign.isWhole())
    await arriveClaims(ports, await ports.arrivalOf(undefined, tip));
}

function refusedBy({ outcome, words }: Extract<Advance<never>, { words: string }>): Failure {
  return outcome === 'contention'
    ? new Failure('contention', 'others kept moving the ledger branch; run it again')
    : new Failure('offline', `the remote refuses the ledger branch: ${words}`);
}

function attemptFor(ports: ClaimsPorts, first: Wish[], options: ServeOptions): Attempt<Made> {
  let wishes: Wish[] | undefined;
  return {
    ...{ tip: ports.tip.read(), deadlineMs: options.deadlineMs, retries: options.retries },
    decide: async (tree, { isFresh }) => {
      wishes = wishes ? [...wishes, ...(options.more?.() ?? [])] : first;
      const made = await decideOn(ports, tree, wishes, options);
      const isEmpty = made.changes.length === 0;
      // What lands proves the tip, and with it every refusal beside it.
      if (isEmpty && made.restsOnTip && !isFresh) return 'look';
      return { draft: isEmpty ? undefined : draftOf(ports, made), result: made };
    },
    prepare: (commit, made) => {
      made.commit = commit;
    },
    arrive: async (from, to) => {
      await ports.arrive(from, to);
      ports.tip.write(to);
    },
  };
}

function draftOf(ports: ClaimsPorts, made: Made): CommitDraft {
  const { writer, newId, time } = ports;
  const { changes, says, decided, beats } = made;
  const told = says.length > 0 ? says : beats ? [`beats of ${writer}`] : ['claims'];
  const [first, ...more] = told;
  const subject = more.length === 0 ? first! : `${first}, and ${more.length} more`;
  const leases = decided.map(({ wish }) => `Ledger-Lease: ${wish.id}`);
  const body = [...more.slice(0, 4).map(text => `- ${text}`), '', `Ledger-Attempt: ${newId()}`, ...leases];
  const message = `${subject}\n\n${body.join('\n')}\n`;
  const meanwhile = (): void => noteIntent(ports, made);
  return { message, whenMs: time.nowMs(), name: writer, changes, meanwhile };
}

function noteIntent({ intents }: ClaimsPorts, { decided }: Made): void {
  const grants = decided.flatMap(({ wish, answer }) => {
    const made = isRefusal(answer) ? undefined : answer.ops.find(({ op }) => op === 'acquire');
    if (isRefusal(answer) || !made) return [];
    const { task_id, lease_id, epoch } = made;
    return [{ task_id, lease_id, epoch, session: wish.session ?? null, ops: answer.ops as object[] }];
  });
  if (grants.length === 0) return;
  const earlier = intents.read()?.grants ?? [];
  intents.write({ schema_version: 1, grants: [...earlier, ...(grants as typeof earlier)] });
}

/** What follows from the outcome, before anybody is told. */
function conclude(ports: ClaimsPorts, made: Made, tip: string | undefined): Map<string, Outcome> {
  const ops = applyDecision(ports, made, made.commit === tip);
  ports.intents.clear();
  // Last: a tip counts as accepted once everything that follows from it was noted.
  ports.tip.write(tip);
  return outcomesOf(ports, made, ops);
}
