/** Claims with the real branch: git, the control plane, the machine's clocks. */
import { timestampNow } from '../../clock.js';
import { changesBetween, readBlobs } from '../../git/tree.js';
import type { ClaimOptions } from '../../journal/claim.js';
import type { Config } from '../../record/config.js';
import { uuidV7 } from '../../record/ids.js';
import type { Workspace } from '../../root/workspace.js';
import { arrive } from '../arrive.js';
import { type Branch, openBranch } from '../branch.js';
import { exchangeAll, pull } from '../exchange.js';
import { exchangeOf, type SyncOptions, timeOf, withExchange } from '../open.js';
import type { Arrival } from '../parts.js';
import { readState, requireState, type SyncState, writeState } from '../state.js';
import { openForeignLeases } from './foreign-leases.js';
import { openIntents } from './intents.js';
import { openLocalClaims, provisionalClaims } from './local-claims.js';
import type { ClaimsPorts, LocalClaims } from './ports.js';
import type { Caller } from './request.js';
import { staleAfterMs } from './stale.js';
import { openWishQueue } from './wish-queue.js';

export interface BranchOptions extends ClaimOptions {
  sync: Config['sync'];
  environment: Record<string, string | undefined>;
  /** The remote is not asked. */
  isOffline?: boolean;
  /** How long to try while others move the branch. */
  waitMs?: number | undefined;
}

const WAIT_MS = 30_000;

export function openCaller(workspace: Workspace, options: BranchOptions): Caller {
  const { sync, isOffline = false, waitMs = WAIT_MS, warn } = options;
  const branch = openBranch(workspace, workspace.writer, options);
  const ports = openPorts(workspace, options, branch);
  return {
    ports,
    queue: openWishQueue(workspace),
    options: {
      ...{ deadlineMs: workspace.clock.nowMs() + waitMs, retries: sync.claim_retries, isOffline },
      ...{ offlineMode: sync.offline_mode, staleAfterMs: staleAfterMs(sync) },
    },
    begin: async () => {
      await requireState(workspace, branch, { keptTip: branch.keptTip, warn });
    },
    end: () => noteOffline(workspace, ports.local),
  };
}

function openPorts(workspace: Workspace, options: BranchOptions, branch: Branch): ClaimsPorts {
  const { warn } = options;
  const { writer, clock } = workspace;
  const { repository } = branch;
  return {
    ...{ writer, branch, warn, time: timeOf(clock) },
    local: openLocalClaims(workspace, options),
    foreign: openForeignLeases(workspace),
    intents: openIntents(workspace, warn),
    tip: {
      read: () => stateOf(workspace).ledger_head ?? undefined,
      write: tip => noteLanding(workspace, tip),
    },
    arrive: async (from, to) => {
      const exchange = exchangeOf(syncOptions(workspace, options), branch, stateOf(workspace));
      await arrive(exchange, from, to);
    },
    arrivalOf: async (from, to): Promise<Arrival> => {
      const changes = await changesBetween(repository, from, to);
      return { from, to, changes, read: (ids, longest) => readBlobs(repository, ids, longest) };
    },
    newId: () => uuidV7(clock.nowMs()),
  };
}

function syncOptions(workspace: Workspace, options: BranchOptions): SyncOptions {
  const { sync, environment, warn, waitMs = WAIT_MS } = options;
  return { workspace, sync, environment, warn, waitMs, time: timeOf(workspace.clock), claims: options };
}

/** Takes over what the branch has now. @throws Failure `offline`, `rewound`, `setup` */
export function lookAtBranch(workspace: Workspace, options: BranchOptions): Promise<void> {
  return withExchange(syncOptions(workspace, options), pull);
}

/** Sends and receives. @returns what there is to say @throws Failure `contention`, `offline`, `rewound`, `setup` */
export function exchangeWithBranch(workspace: Workspace, options: BranchOptions): Promise<string[]> {
  const { sync, waitMs = WAIT_MS } = options;
  const opened = syncOptions(workspace, options);
  const deadlineMs = workspace.clock.nowMs() + waitMs;
  return withExchange(opened, async exchange => {
    await exchangeAll(exchange, { time: opened.time, deadlineMs, retries: sync.claim_retries });
    return exchange.context.tally.lost.map(claim => `lost ${claim}`);
  });
}

/** The state, which whoever holds the lock has found whole. */
function stateOf(workspace: Workspace): SyncState {
  return readState(workspace) as SyncState;
}

/** A push of ours has landed, or a new tip was looked at. */
function noteLanding(workspace: Workspace, tip: string | undefined): void {
  const state = stateOf(workspace);
  if (state.ledger_head === (tip ?? null)) return;
  const now = timestampNow(workspace.clock);
  const landed = { ledger_head: tip ?? null, last_pull_at: now, last_push_at: now };
  writeState(workspace, { ...state, ...landed }, false);
}

/** The queue of provisional claims is a view of the claims log. */
function noteOffline(workspace: Workspace, local: LocalClaims): void {
  const state = stateOf(workspace);
  const offline_claims = provisionalClaims(local);
  const isSame = JSON.stringify(offline_claims) === JSON.stringify(state.offline_claims);
  if (!isSame) writeState(workspace, { ...state, offline_claims });
}
