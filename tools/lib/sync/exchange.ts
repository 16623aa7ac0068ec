/**
 * An exchange with the branch: what is ours is sent, what others changed arrives.
 *
 * To send comes first. A push that lands proves that there was nothing to fetch, so in the usual case one connection does
 * both. Only when there is nothing to send, or somebody was faster, the branch is looked at.
 */
import { timestampNow } from '../clock.js';
import { Failure } from '../failure.js';
import type { CommitDraft, TreeReader } from '../git/build-commit.js';
import { uuidV7 } from '../record/ids.js';
import { type Advance, advance, type Time } from './advance.js';
import { arrive, type Exchange } from './arrive.js';
import type { Proposal } from './parts.js';
import { writeState } from './state.js';

export interface ExchangeOptions {
  /** Send only: do not look when there is nothing to send. */
  sendsOnly?: boolean;
  time: Time;
  deadlineMs: number;
  /** Refusals in a row that met no new tip. */
  retries: number;
}

/**
 * Sends all that is to be sent, and sees to it that the branch was looked at.
 * @throws Failure `contention`, `offline`, `rewound`
 */
export async function exchangeAll(exchange: Exchange, options: ExchangeOptions): Promise<void> {
  await settleOpen(exchange);
  for (;;) {
    const result = await sendOnce(exchange, options);
    const proposal = settle(exchange, result, options);
    if (proposal?.hasMore !== true) return;
  }
}

/** Fetches, checks and takes over. @throws Failure `offline`, `rewound` */
export async function pull(exchange: Exchange): Promise<void> {
  await settleOpen(exchange);
  const { state, branch } = exchange;
  const from = state.ledger_head ?? undefined;
  const to = await branch.fetch();
  if (to !== from) await arrive(exchange, from, to);
  noteLook(exchange);
}

/** What a call that was cut off left open is settled first. */
async function settleOpen(exchange: Exchange): Promise<void> {
  const { parts, branch, state } = exchange;
  const tip = {
    read: () => state.ledger_head ?? undefined,
    // Whatever arrives is accepted on the way.
    write: () => undefined,
  };
  for (const part of parts)
    await part.settle?.({ branch, tip, arrive: (from, to) => arrive(exchange, from, to) });
}

/** The first commit of a branch for which nobody has anything yet. */
const BEGINNING: Proposal = { changes: [], says: ['the ledger begins'], landed: () => undefined };

async function sendOnce(
  exchange: Exchange,
  options: ExchangeOptions,
): Promise<Advance<Proposal | undefined>> {
  const { branch, state } = exchange;
  return advance(
    branch,
    {
      tip: state.ledger_head ?? undefined,
      async decide(tree, { tip, isFresh }) {
        const proposal =
          (await proposeAll(exchange, tree, tip)) ?? (tip === undefined ? BEGINNING : undefined);
        if (proposal === undefined && !isFresh && !options.sendsOnly) return 'look';
        return { draft: proposal && draftOf(exchange, proposal), result: proposal };
      },
      arrive: (from, to) => arrive(exchange, from, to),
      prepare: () => undefined,
      deadlineMs: options.deadlineMs,
      retries: options.retries,
    },
    options.time,
  );
}

/** What follows from an attempt. @returns what was sent; undefined when nothing had to be */
function settle(
  exchange: Exchange,
  result: Advance<Proposal | undefined>,
  { sendsOnly }: ExchangeOptions,
): Proposal | undefined {
  if (!('result' in result)) throw reasonOf(exchange, result);
  if (result.outcome === 'landed') {
    exchange.state.ledger_head = result.tip!;
    noteSent(exchange, result.result!);
    return result.result;
  }
  if (!sendsOnly) noteLook(exchange);
  return undefined;
}

/** Notes that what was proposed is on the branch, at the tip that the state names. */
export function noteSent(exchange: Exchange, proposal: Proposal): void {
  const { context, state } = exchange;
  state.last_push_at = timestampNow(context.workspace.clock);
  noteLook(exchange);
  proposal.landed();
  context.tally.sent += proposal.events ?? 0;
}

/** Why nothing was sent. */
export function reasonOf(
  { branch }: Exchange,
  { outcome, words }: Exclude<Advance<unknown>, { result: unknown }>,
): Failure {
  if (outcome === 'contention')
    return new Failure('contention', 'other machines were faster each time; run it again');
  if (outcome === 'refused') return new Failure('offline', `${branch.remote} refuses the push: ${words}`);
  return new Failure('offline', `${words}; nothing is lost, run it again`);
}

function noteLook({ context, state }: Exchange): void {
  state.last_pull_at = timestampNow(context.workspace.clock);
  writeState(context.workspace, state);
}

/** What all parts propose on a tip; undefined: nothing. */
export async function proposeAll(
  { senders }: Exchange,
  tree: TreeReader,
  tip: string | undefined,
): Promise<Proposal | undefined> {
  const proposals: Proposal[] = [];
  for (const part of senders) {
    const proposal = await part.propose(tree, tip);
    if (proposal) proposals.push(proposal);
  }
  return joined(proposals);
}

/** Several proposals as one. */
export function joined(proposals: Proposal[]): Proposal | undefined {
  if (proposals.length === 0) return undefined;
  return {
    changes: proposals.flatMap(({ changes }) => changes),
    says: proposals.flatMap(({ says }) => says),
    events: proposals.reduce((sum, { events = 0 }) => sum + events, 0),
    hasMore: proposals.some(({ hasMore }) => hasMore === true),
    landed: () => {
      for (const { landed } of proposals) landed();
    },
  };
}

const NAMED_PHRASES = 5;

/** A commit that no other attempt makes, even in the same second: its message carries an id of its own. */
export function draftOf({ context }: Exchange, { changes, says }: Proposal): CommitDraft {
  const { writer, clock } = context.workspace;
  const named = says.slice(0, NAMED_PHRASES).join(', ');
  const more = says.length > NAMED_PHRASES ? ` and ${says.length - NAMED_PHRASES} more` : '';
  const message = `${writer}: ${named}${more}\n\nLedger-Attempt: ${uuidV7(clock.nowMs())}\n`;
  return { message, whenMs: clock.nowMs(), name: writer, changes };
}
