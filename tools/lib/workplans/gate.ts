/** Whether a repository may be written to: where its branch stands beside its upstream. */
import {
  currentBranch,
  distance,
  fastForward,
  fetchUpstream,
  pushTo,
  type Unpushed,
  type Upstream,
  upstreamOf,
} from '../git/branch.js';
import type { GitCall } from '../git/run-git.js';
import { COMMIT_SUBJECT } from './write-back.js';

export interface Gate {
  /**
   * `open`; `behind` its upstream, or pulling failed because the upstream could not be reached (`unreachable`) or
   * the branches diverged: nothing is to be written; `waiting`: earlier commits of ours do, so no other is made.
   */
  state: 'open' | 'behind' | 'unreachable' | 'diverged' | 'waiting';
  /** How many commits of the upstream are missing. */
  behind: number;
  /** How many commits wait to be pushed, of ours and of the person's. */
  ours: number;
  theirs: number;
  /** Where to push; undefined when there is no upstream, or something of the person's waits. */
  upstream: Upstream | undefined;
  /** The branch and its files moved on. */
  hasPulled: boolean;
}

export interface GateOptions {
  /** Something is to be written: the upstream is asked, and what waits of ours is pushed. */
  writes: boolean;
  /** Pull first. */
  pulls: boolean;
}

const OPEN: Gate = {
  ...{ state: 'open', behind: 0, ours: 0, theirs: 0 },
  ...{ upstream: undefined, hasPulled: false },
};

/** @param call its `cwd` is the top of the worktree */
export async function openGate(call: GitCall, { writes, pulls }: GateOptions): Promise<Gate> {
  const branch = await currentBranch(call);
  const upstream = branch && (await upstreamOf(call, branch));
  if (!branch || !upstream) return OPEN;
  const isReached = upstream.remote === '.' || (!writes && !pulls) || (await fetchUpstream(call, upstream));
  if (pulls && !isReached) return { ...OPEN, state: 'unreachable' };
  const { behind, unpushed } = await distance(call, branch, upstream);
  if (behind === 0) return besideUnpushed(call, upstream, unpushed, writes);
  if (!pulls) return { ...OPEN, state: 'behind', behind };
  const hasPulled = await fastForward(call, upstream);
  return hasPulled ? { ...OPEN, upstream, hasPulled } : { ...OPEN, state: 'diverged', behind };
}

/** Our earlier commits are pushed first; together with commits of the person's they wait for the person. */
async function besideUnpushed(
  call: GitCall,
  upstream: Upstream,
  unpushed: Unpushed[],
  writes: boolean,
): Promise<Gate> {
  const ours = unpushed.filter(({ subject }) => subject === COMMIT_SUBJECT).length;
  const theirs = unpushed.length - ours;
  if (ours === 0) return { ...OPEN, theirs, upstream: theirs === 0 ? upstream : undefined };
  const isPushed = theirs === 0 && writes && (await pushTo(call, upstream, unpushed[0]!.commit));
  return isPushed ? { ...OPEN, upstream } : { ...OPEN, state: 'waiting', ours, theirs };
}
