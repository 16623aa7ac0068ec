/** Whether a repository may be written to: where its branch stands beside its upstream. */
import {
  currentBranch,
  distance,
  fastForward,
  fetchUpstream,
  pushTo,
  type Upstream,
  upstreamOf,
} from '../git/branch.js';
import type { GitCall } from '../git/run-git.js';
import { COMMIT_SUBJECT } from '../workplans/write-back.js';
import { type Finding, finding, type Severity } from './finding.js';

export interface Gate {
  /** Whether statuses may be recorded or written back at all. */
  isOpen: boolean;
  /** Whether statuses may be written back. */
  isOpenForCommits: boolean;
  /** Where to push; undefined when there is no upstream, or something of the person's waits there. */
  upstream: Upstream | undefined;
  /** How many commits of the person's wait to be pushed. */
  waiting: number;
  /** The branch and its files moved on. */
  hasPulled: boolean;
  findings: Finding[];
}

export interface GateOptions {
  /** Something is to be written. */
  fixes: boolean;
  /** Pull first. */
  pulls: boolean;
  /** How the repository is shown. */
  shown: string;
}

const OPEN: Gate = {
  ...{ isOpen: true, isOpenForCommits: true, hasPulled: false },
  ...{ upstream: undefined, waiting: 0, findings: [] },
};

/** @param call its `cwd` is the top of the worktree */
export async function openGate(call: GitCall, options: GateOptions): Promise<Gate> {
  const { fixes, pulls } = options;
  const branch = await currentBranch(call);
  const upstream = branch && (await upstreamOf(call, branch));
  if (!branch || !upstream) return OPEN;
  const isReached = upstream.remote === '.' || (!fixes && !pulls) || (await fetchUpstream(call, upstream));
  if (pulls && !isReached)
    return closed('WARN', 'its upstream cannot be reached, so nothing was pulled', options);
  const { behind, unpushed } = await distance(call, branch, upstream);
  if (behind === 0) return besideUnpushed(call, upstream, unpushed, options);
  if (pulls) {
    const hasPulled = await fastForward(call, upstream);
    if (hasPulled) return { ...OPEN, upstream, hasPulled };
  }
  const count = `${behind} ${behind === 1 ? 'commit' : 'commits'} behind its upstream`;
  const advice = pulls ? `${count}, and cannot be fast-forwarded` : `${count}; pull before fixing`;
  return closed(fixes || pulls ? 'WARN' : 'INFO', advice, options);
}

function closed(severity: Severity, message: string, { shown }: GateOptions): Gate {
  const findings = [finding('C-14', { path: shown, line: 1 }, message, { severity })];
  return { ...OPEN, isOpen: false, isOpenForCommits: false, findings };
}

/** Our earlier commits are pushed first; together with commits of the person's they wait for the person. */
async function besideUnpushed(
  call: GitCall,
  upstream: Upstream,
  unpushed: { commit: string; subject: string }[],
  { fixes, shown }: GateOptions,
): Promise<Gate> {
  const ours = unpushed.filter(({ subject }) => subject === COMMIT_SUBJECT).length;
  const theirs = unpushed.length - ours;
  if (ours === 0) return { ...OPEN, upstream: theirs === 0 ? upstream : undefined, waiting: theirs };
  if (theirs === 0 && fixes && (await pushTo(call, upstream, unpushed[0]!.commit)))
    return { ...OPEN, upstream };
  return { ...OPEN, isOpenForCommits: false, findings: [waitingFinding(shown, ours, theirs)] };
}

/** C-16. */
export function waitingFinding(shown: string, ours: number, theirs: number): Finding {
  const what = ours === 1 ? 'a commit of --fix waits' : `${ours} commits of --fix wait`;
  const beside = theirs === 0 ? '' : `, together with ${theirs} of yours`;
  return finding('C-16', { path: shown, line: 1 }, `${what} to be pushed${beside}; push before fixing`);
}
