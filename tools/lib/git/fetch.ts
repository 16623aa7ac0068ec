/** Looking at a branch of a remote. */
import { GitFailure, lastWords } from './git-failure.js';
import { isObjectId } from './names.js';
import { readRef } from './refs.js';
import type { Repository } from './repository.js';
import { runGit } from './run-git.js';

export interface Fetch {
  remote: string;
  branch: string;
  /** Our ref that is set to what the remote has, forwards or not. */
  ref: string;
}

/** What `git ls-remote --exit-code` says when there is no such ref. */
const NO_SUCH_REF = 2;

/**
 * Fetches a branch into a ref of ours: no tags, no submodules, whole even in a partial clone, and without touching FETCH_HEAD.
 * @returns the commit; undefined when the remote has no such branch
 * @throws GitFailure `offline`, retryable
 */
export async function fetchBranch(
  repository: Repository,
  { remote, branch, ref }: Fetch,
): Promise<string | undefined> {
  const from = `refs/heads/${branch}`;
  const args = [
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-gc', '--no-recurse-submodules'],
    ...['--no-filter', '--refmap=', '--end-of-options', remote, `+${from}:${ref}`],
  ];
  const { status, messages } = await runGit(args, repository.network);
  if (status === 0) return readRef(repository, ref);
  if (await isAbsent(repository, remote, from)) return undefined;
  throw new GitFailure('offline', `cannot fetch ${branch} from ${remote}: ${lastWords(messages)}`, {
    isRetryable: true,
  });
}

async function isAbsent(repository: Repository, remote: string, ref: string): Promise<boolean> {
  const args = ['ls-remote', '--exit-code', '--refs', '--end-of-options', remote, ref];
  return (await runGit(args, repository.network)).status === NO_SUCH_REF;
}

/** Where a branch of the remote is, without fetching it; undefined when there is none. @throws GitFailure `offline` */
export async function lookAtBranch(
  repository: Repository,
  { remote, branch }: Omit<Fetch, 'ref'>,
): Promise<string | undefined> {
  const args = ['ls-remote', '--exit-code', '--refs', '--end-of-options', remote, `refs/heads/${branch}`];
  const { status, stdout, messages } = await runGit(args, repository.network);
  if (status === NO_SUCH_REF) return undefined;
  const [id] = stdout.toString().split('\t');
  if (status === 0 && id !== undefined && isObjectId(id)) return id;
  throw new GitFailure('offline', `cannot reach ${remote}: ${lastWords(messages)}`, { isRetryable: true });
}
