/**
 * Moving the branch forward by one commit, among others who do the same.
 *
 * Decide on the tip last seen, build one commit, push it with a lease on that tip. Landed: the tip was current, so
 * the decision was true. Else look at the remote:
 *
 * - our commit is the tip or before it: it had landed after all, and what was decided for *that* commit holds;
 * - the tip has moved: take over what arrived, decide again;
 * - the tip is where it was: refused by policy, or still on its way. Try again in a new commit. As both expect the same tip,
 *   at most one of them lands.
 *
 * Success is never reported as failure: a refusal, too, counts only once the branch was looked at, because somebody on the
 * way may have sent our push twice. An attempt whose outcome is unknown stays in mind as long as the tip that it expects.
 * The pauses between tries grow from 100 ms to 5 s, ±20 % (exponential backoff with jitter). Where somebody was faster they are
 * drawn from the whole range, up to a second: machines that were refused together must not come back together, and the one
 * that lands keeps the others waiting no longer than its push. That pause comes before the look, so that between the look and
 * the next push the branch has no more time to move than the decision takes.
 */
import { Failure } from '../failure.js';
import type { CommitDraft, TreeReader } from '../git/build-commit.js';
import type { PushResult } from '../git/push.js';

/** What the protocol needs of a branch: git in earnest, a model in the simulation. */
export interface BranchAccess {
  /** One commit on `parent`; undefined when `decide` changes nothing. */
  build(
    parent: string | undefined,
    decide: (tree: TreeReader) => Promise<CommitDraft | undefined>,
  ): Promise<string | undefined>;
  push(commit: string, expected: string | undefined): Promise<PushResult>;
  /** The branch as the remote has it; undefined when it has none. @throws Failure `offline` */
  fetch(): Promise<string | undefined>;
  isAncestor(older: string, newer: string): Promise<boolean>;
}

export interface Decided<R> {
  /** What to change; undefined: nothing. */
  draft: CommitDraft | undefined;
  /** What the decision means to the caller once it is true. */
  result: R;
}

export interface Attempt<R> {
  /** The tip last seen. */
  tip: string | undefined;
  /**
   * Decides on a tip. `isFresh`: it was looked at during this call. `'look'` asks for that first, where an
   * answer must not rest on an old tip.
   */
  decide(tree: TreeReader, at: { tip: string | undefined; isFresh: boolean }): Promise<Decided<R> | 'look'>;
  /** Checks and takes over what arrived. @throws Failure `rewound`, which ends the attempt */
  arrive(from: string | undefined, to: string | undefined): Promise<void>;
  /** Called before each push, to note what is about to happen. */
  prepare(commit: string, result: R): void;
  deadlineMs: number;
  /** Refusals in a row that met no new tip. */
  retries: number;
}

export interface Time {
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/**
 * `refused`: the remote's policy or disk. `unknown`: a push may have landed and nobody can be asked; `meant` is what follows if
 * it has.
 */
export type Advance<R> =
  | { outcome: 'landed' | 'unchanged'; tip: string | undefined; result: R }
  | { outcome: 'unknown'; tip: string | undefined; words: string; meant: R }
  | { outcome: GivenUp; tip: string | undefined; words: string };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const LONGEST_RIVALRY_MS = 1000;

export async function advance<R>(access: BranchAccess, attempt: Attempt<R>, time: Time): Promise<Advance<R>> {
  let { tip } = attempt;
  let isFresh = false;
  let refusals = 0;
  let words = '';
  const doubtful: Doubtful<R> = new Map();
  const pause = (durationMs: number): Promise<void> => pauseFor(durationMs, attempt, time);
  const giveUp = (outcome: GivenUp, why = words) => endWithout(outcome, { doubtful, tip, words: why });
  for (let tries = 0; ; tries++) {
    const decided = await decideAndBuild(access, attempt, { tip, isFresh });
    if (decided !== 'look') {
      const { commit, result } = decided;
      if (commit === undefined) return { outcome: 'unchanged', tip, result };
      attempt.prepare(commit, result);
      const push = await access.push(commit, tip);
      if (push.outcome === 'landed') return { outcome: 'landed', tip: commit, result };
      words = push.words;
      const isRefused = push.outcome === 'refused';
      doubtful.set(commit, { result, isRefused });
      refusals += Number(isRefused);
      if (isRefused) await pause(rivalryPauseMs(tries, time.random()));
    }
    const seen = await look(access);
    if (seen instanceof Failure) return giveUp('offline', seen.message);
    const landed = await findLanded(access, doubtful, seen.tip);
    const hasMoved = seen.tip !== tip;
    forgetDecided(doubtful, hasMoved);
    if (hasMoved) refusals = 0;
    if (hasMoved) await attempt.arrive(tip, seen.tip);
    tip = seen.tip;
    if (landed) return { outcome: 'landed', tip, result: landed.result };
    const isFirstLook = !isFresh && decided === 'look';
    isFresh = true;
    if (isFirstLook) continue;
    if (refusals > attempt.retries) return giveUp('refused');
    if (time.nowMs() >= attempt.deadlineMs) return giveUp('contention');
    if (!hasMoved) await pause(policyPauseMs(tries, time.random()));
  }
}

type GivenUp = 'contention' | 'refused' | 'offline';

/** While one of our pushes may have landed, nobody can say that it did not. */
function endWithout<R>(
  outcome: GivenUp,
  { doubtful, tip, words }: { doubtful: Doubtful<R>; tip: string | undefined; words: string },
): Advance<R> {
  const last = [...doubtful.values()].at(-1);
  return last ? { outcome: 'unknown', tip, words, meant: last.result } : { outcome, tip, words };
}

async function decideAndBuild<R>(
  access: BranchAccess,
  attempt: Attempt<R>,
  at: { tip: string | undefined; isFresh: boolean },
): Promise<{ commit: string | undefined; result: R } | 'look'> {
  let decided: Decided<R> | 'look' = 'look';
  const commit = await access.build(at.tip, async tree => {
    decided = await attempt.decide(tree, at);
    return decided === 'look' ? undefined : decided.draft;
  });
  const made = decided as Decided<R> | 'look';
  return made === 'look' ? 'look' : { commit, result: made.result };
}

async function look(access: BranchAccess): Promise<{ tip: string | undefined } | Failure> {
  try {
    return { tip: await access.fetch() };
  } catch (error) {
    if (error instanceof Failure && error.kind === 'offline') return error;
    throw error;
  }
}

/** By commit: pushes that may have landed. */
type Doubtful<R> = Map<string, { result: R; isRefused: boolean }>;

/** What was refused, or expects a tip that is gone, can land no more. */
function forgetDecided<R>(doubtful: Doubtful<R>, hasMoved: boolean): void {
  for (const [commit, { isRefused }] of doubtful) if (isRefused || hasMoved) doubtful.delete(commit);
}

async function findLanded<R>(
  access: BranchAccess,
  doubtful: Doubtful<R>,
  tip: string | undefined,
): Promise<{ result: R } | undefined> {
  if (tip === undefined) return undefined;
  for (const [commit, { result }] of doubtful) {
    if (commit === tip || (await access.isAncestor(commit, tip))) return { result };
  }
  return undefined;
}

function pauseFor(
  durationMs: number,
  { deadlineMs }: Pick<Attempt<unknown>, 'deadlineMs'>,
  time: Time,
): Promise<void> {
  return time.sleep(Math.max(0, Math.min(durationMs, deadlineMs - time.nowMs())));
}

function rivalryPauseMs(tries: number, random: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_RIVALRY_MS) * random;
}

function policyPauseMs(tries: number, random: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.8 + 0.4 * random);
}
