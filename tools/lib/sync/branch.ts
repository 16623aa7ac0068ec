/**
 * The ledger branch in the real git: what `advance` needs of it, over the refs of this writer. Opening it starts no process.
 *
 * `tip` keeps the last accepted tip, `seen` what was last fetched, which may never be accepted, and `outbox` the last commit
 * that was tried. Each build also moves `tip` to its parent, at no cost: between them they keep what we stand on from being cleaned up.
 */
import { Failure } from '../failure.js';
import { buildCommit } from '../git/build-commit.js';
import { fetchBranch } from '../git/fetch.js';
import { checkBranchName, checkRemoteName } from '../git/names.js';
import { pushCommit } from '../git/push.js';
import { isAncestor, readRef, writeRef } from '../git/refs.js';
import { openRepository, type Repository } from '../git/repository.js';
import type { Config } from '../record/config.js';
import type { Place } from '../root/workspace.js';
import type { BranchAccess } from './advance.js';
import type { BranchName } from './state.js';

export interface Branch extends BranchAccess, BranchName {
  repository: Repository;
  refs: { tip: string; seen: string; outbox: string; backups: string; all: string };
  /** The accepted tip that our ref keeps. */
  keptTip(): Promise<string | undefined>;
  /** Keeps a tip that was accepted. */
  keepTip(tip: string): Promise<void>;
}

/**
 * @param writer whose refs are used
 * @throws Failure `setup` outside git, `data` for a name that git would not take
 */
export function openBranch(
  place: Place,
  writer: string,
  options: { sync: Config['sync']; environment: Record<string, string | undefined> },
): Branch {
  const { sync, environment } = options;
  if (place.commonDirectory === undefined) {
    const how = 'make it one with "git init" and add a remote, or use a root inside one';
    throw new Failure('setup', `${place.root} is in no git repository, so it has no ledger branch; ${how}`);
  }
  const remote = checkRemoteName(sync.remote);
  const branch = checkBranchName(sync.ledger_branch);
  const networkTimeoutMs = sync.network_timeout_s * 1000;
  const repository = openRepository(place.commonDirectory, { environment, networkTimeoutMs });
  const all = `refs/ledger/${writer}/`;
  const refs = {
    ...{ all, tip: `${all}tip`, seen: `${all}seen` },
    ...{ outbox: `${all}outbox`, backups: `${all}backup/` },
  };
  return {
    ...{ remote, branch, repository, refs },
    build: (parent, decide) => buildCommit(repository, { parent, ref: refs.outbox, keep: refs.tip }, decide),
    push: (commit, expected) => pushCommit(repository, { remote, branch, commit, expected }),
    fetch: () => fetchBranch(repository, { remote, branch, ref: refs.seen }),
    isAncestor: (older, newer) => isAncestor(repository, older, newer),
    keptTip: () => readRef(repository, refs.tip),
    keepTip: tip => writeRef(repository, refs.tip, tip),
  };
}
