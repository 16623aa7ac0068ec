/** The way into an exchange with the branch: its lock, its state, its parts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { Failure } from '../failure.js';
import { GitFailure } from '../git/git-failure.js';
import { hasCommit } from '../git/history.js';
import type { ClaimOptions } from '../journal/claim.js';
import type { Config } from '../record/config.js';
import type { Workspace } from '../root/workspace.js';
import type { Time } from './advance.js';
import type { Exchange } from './arrive.js';
import { type Branch, openBranch } from './branch.js';
import { ClaimsPart } from './claims/claims-part.js';
import { ClaimLogPart } from './claims/log-part.js';
import type { SyncContext } from './context.js';
import { EventsPart } from './events-part.js';
import { FilesPart, STATUSES, SUMMARIES } from './files-part.js';
import { withSyncLock } from './lock.js';
import type { Part } from './parts.js';
import { requireState, type SyncState } from './state.js';

export interface SyncOptions {
  workspace: Workspace;
  sync: Config['sync'];
  environment: Record<string, string | undefined>;
  warn(message: string): void;
  time: Time;
  /** How long to wait for another process, and to try against other machines. */
  waitMs: number;
  /** For the claims among it. */
  claims: ClaimOptions;
  /** Send events alone. */
  ledgerOnly?: boolean;
}

export function timeOf(clock: Clock): Time {
  return { nowMs: () => clock.nowMs(), sleep: durationMs => sleep(durationMs), random: Math.random };
}

/**
 * Runs `action` with the branch, which is set up, under `sync.lock`.
 * @throws Failure `setup`, `contention`
 */
export function withExchange<T>(
  options: SyncOptions,
  action: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  return withBranch(options, async branch => {
    const { workspace, warn } = options;
    const state = await requireState(workspace, branch, { keptTip: branch.keptTip, warn });
    return whileHeadIsHere(branch, state, () => action(exchangeOf(options, branch, state)));
  });
}

/** Says what a failure of git means when the commit that everything stands on is gone. */
async function whileHeadIsHere<T>(branch: Branch, state: SyncState, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const head = error instanceof GitFailure && error.kind === 'disk' ? state.ledger_head : null;
    if (head === null || (await hasCommit(branch.repository, head))) throw error;
    const what = `the commit ${head.slice(0, 12)}, which was the tip of the branch, is no longer in this repository`;
    throw new Failure('setup', `${what}; run "ledger-sync --setup-ledger" again`, { cause: error });
  }
}

/** Runs `action` with the branch, set up or not, under `sync.lock`. */
export function withBranch<T>(options: SyncOptions, action: (branch: Branch) => Promise<T>): Promise<T> {
  const { workspace, time, waitMs } = options;
  const branch = openBranch(workspace, workspace.writer, options);
  return withSyncLock(workspace, { time, waitMs }, () => action(branch));
}

export function exchangeOf(options: SyncOptions, branch: Branch, state: SyncState): Exchange {
  const { workspace, warn, ledgerOnly } = options;
  const context: SyncContext = { workspace, warn, tally: { sent: 0, received: 0, refused: [], lost: [] } };
  const events = new EventsPart(context, options.sync.clock_skew_s * 1000);
  const claims = new ClaimsPart(context, options, state);
  const parts: Part[] = [
    ...[events, new FilesPart(context, STATUSES), new FilesPart(context, SUMMARIES)],
    ...[claims, new ClaimLogPart(context)],
  ];
  return { context, branch, state, parts, senders: ledgerOnly ? [events] : parts };
}
