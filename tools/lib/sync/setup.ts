/**
 * Setting up the branch here: take over what it has, make it where there is none, and send what is here already, in one
 * step. Doing it again changes nothing. Nothing counts as set up before the branch was reached.
 */
import { Failure } from '../failure.js';
import { withoutUserInfo } from '../git/git-failure.js';
import { hasCommit } from '../git/history.js';
import { remoteUrl } from '../git/refs.js';
import { listTree } from '../git/tree.js';
import { arrive, type Exchange } from './arrive.js';
import type { Branch } from './branch.js';
import { type ExchangeOptions, exchangeAll } from './exchange.js';
import { forgetMarks } from './marks.js';
import { exchangeOf, type SyncOptions, withBranch } from './open.js';
import { parseBranchPath } from './paths.js';
import { isOf, newState, readState, type SyncState } from './state.js';

export interface SetUp {
  exchange: Exchange;
  /** Whether the remote had no such branch before. */
  isNew: boolean;
  /** Whether it was set up here already. */
  isKnown: boolean;
  /** Of the remote, without user info. */
  url: string;
}

/** A first fetch or push may carry years. */
const PATIENCE = 10;

/** @throws Failure `setup` without a repository or remote, `data` when the branch holds something else */
export function setUp(options: SyncOptions, sending: ExchangeOptions): Promise<SetUp> {
  const { workspace, sync } = options;
  const patient = { ...options, sync: { ...sync, network_timeout_s: sync.network_timeout_s * PATIENCE } };
  return withBranch(patient, async branch => {
    const url = await urlOf(branch);
    const stored = readState(workspace);
    const known = stored && stored !== 'damaged' && (await isUsable(stored, branch)) ? stored : undefined;
    if (!known) forgetMarks(workspace);
    const exchange = exchangeOf(options, branch, known ?? newState(branch, undefined));
    const isNew = known === undefined && !(await takeOver(exchange));
    await exchangeAll(exchange, sending);
    return { exchange, isNew, isKnown: known !== undefined, url };
  });
}

async function urlOf({ repository, remote }: Branch): Promise<string> {
  const url = await remoteUrl(repository, remote);
  if (url !== undefined) return withoutUserInfo(url);
  const how = `add it with "git remote add ${remote} URL", or name another one as sync.remote`;
  throw new Failure('setup', `git knows no remote ${remote}; ${how}`);
}

/** A state is of no use when the commit that it stands on is gone, with refs that somebody has deleted. */
async function isUsable(state: SyncState, branch: Branch): Promise<boolean> {
  const { ledger_head: head } = state;
  return isOf(state, branch) && head !== null && (await hasCommit(branch.repository, head));
}

/** @returns false when the remote has no such branch */
async function takeOver(exchange: Exchange): Promise<boolean> {
  const { branch } = exchange;
  const tip = await branch.fetch();
  if (tip === undefined) return false;
  const files = await listTree(branch.repository, tip);
  if (files.length > 0 && !files.some(({ path }) => parseBranchPath(path) !== undefined)) {
    const what = `the branch ${branch.branch} of ${branch.remote} holds something else than a ledger`;
    throw new Failure('data', `${what}; name another one as sync.ledger_branch`);
  }
  await arrive(exchange, undefined, tip);
  return true;
}
