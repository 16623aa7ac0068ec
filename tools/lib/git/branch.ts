/** The branch that is checked out, and where it stands beside its upstream. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf, isGranted } from './answer.js';
import type { GitCall } from './run-git.js';

export interface Branch {
  /** The full name of its ref. */
  ref: string;
  head: string;
}

/** The branch that is checked out; undefined for a detached HEAD, and before the first commit. */
export async function currentBranch(call: GitCall): Promise<Branch | undefined> {
  const ref = await answerOf(['symbolic-ref', '--quiet', 'HEAD'], call);
  const head = await answerOf(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], call);
  return ref === undefined || head === undefined ? undefined : { ref, head };
}

const UNDER_WAY: [string, string][] = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
];

/** What the person is in the middle of, e.g. `a merge`; undefined when nothing. */
export function workUnderWay(gitDirectory: string): string | undefined {
  return UNDER_WAY.find(([name]) => existsSync(join(gitDirectory, name)))?.[1];
}

export interface Upstream {
  /** As git knows it here: a remote, or `.` for a branch of the same repository. */
  remote: string;
  /** The full name of the ref there. */
  remoteRef: string;
  /** The full name of the ref here that follows it. */
  trackingRef: string;
}

/** The upstream of a branch; undefined when none is configured. */
export async function upstreamOf(call: GitCall, { ref }: Branch): Promise<Upstream | undefined> {
  const format = '--format=%(upstream:remotename)%09%(upstream:remoteref)%09%(upstream)';
  const [remote, remoteRef, trackingRef] =
    (await answerOf(['for-each-ref', format, ref], call))?.split('\t') ?? [];
  return remote && remoteRef && trackingRef ? { remote, remoteRef, trackingRef } : undefined;
}

/** Asks the remote for its branch. @returns false when it cannot be reached */
export async function fetchUpstream(
  call: GitCall,
  { remote, remoteRef, trackingRef }: Upstream,
): Promise<boolean> {
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  const refspec = `+${remoteRef}:${trackingRef}`;
  return isGranted(['fetch', ...options, '--', remote, refspec], call);
}

/** A commit that the upstream does not have. */
export interface Unpushed {
  commit: string;
  subject: string;
}

/** How many commits the branch lacks, and which the upstream lacks, newest first. */
export async function distance(
  call: GitCall,
  { head }: Branch,
  { trackingRef }: Upstream,
): Promise<{ behind: number; unpushed: Unpushed[] }> {
  const behind = await answerOf(['rev-list', '--count', `${head}..${trackingRef}`, '--'], call);
  const log = await answerOf(['log', '-z', '--format=%H %s', `${trackingRef}..${head}`, '--'], call);
  const unpushed = (log ?? '').split('\0').flatMap(entry => {
    const space = entry.indexOf(' ');
    return space === -1 ? [] : [{ commit: entry.slice(0, space), subject: entry.slice(space + 1) }];
  });
  return { behind: Number(behind ?? 0), unpushed };
}

/** Moves the branch and the working files on to its upstream. @returns false when that would not be a fast-forward */
export async function fastForward(call: GitCall, { trackingRef }: Upstream): Promise<boolean> {
  return (await answerOf(['merge', '--ff-only', '--quiet', trackingRef], call)) !== undefined;
}

/** Pushes a commit to the upstream, never with force. @returns false when it was refused or did not get there */
export async function pushTo(call: GitCall, upstream: Upstream, commit: string): Promise<boolean> {
  const refspec = `${commit}:${upstream.remoteRef}`;
  return isGranted(['push', '--quiet', '--no-verify', '--', upstream.remote, refspec], call);
}
