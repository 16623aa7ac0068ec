/** The chores themselves: signs of life and leases of registered agents, leases nobody can hold any more, exchanges. */
import { builtin } from '../builtin.js';
import type { Lease } from '../claims/lease.js';
import { isRefusal } from '../claims/refusal.js';
import { readLeases } from '../claims/store.js';
import { timestampNow } from '../clock.js';
import { Failure } from '../failure.js';
import { type ClaimOptions, requestClaim } from '../journal/claim.js';
import { reportStatus } from '../journal/report-status.js';
import { ledgerAgent } from '../record/ids.js';
import type { Workspace } from '../root/workspace.js';
import { isWorktreeGone } from '../root/worktrees.js';
import type { Registrations } from './registrations.js';

export interface Upkeep {
  /** Waits for no lock: it would hold up everybody. */
  workspace: Workspace;
  options: ClaimOptions;
}

/** A sign of life for each registered agent, and for the leases it holds here. */
export function keepAlive({ workspace, options }: Upkeep, registrations: Registrations): string {
  const agents = registrations.alive();
  let count = 0;
  for (const agent of agents) {
    reportStatus(workspace, agent, { at: timestampNow(workspace.clock) }, options);
    for (const lease of leasesOf(workspace, options)) {
      if (ledgerAgent(lease.agent) === agent && lease.writer === workspace.writer)
        count += beat({ workspace, options }, lease);
    }
  }
  return `${agents.length} agents, ${count} leases`;
}

/** @returns 1 when the lease was renewed, 0 when it was refused */
function beat({ workspace, options }: Upkeep, lease: Lease): number {
  const { task_id: taskId, agent, writer, worktree, lease_id, epoch } = lease;
  const request = { kind: 'heartbeat', about: { lease_id, epoch }, reason: null } as const;
  const answer = requestClaim(workspace, { taskId, owner: { agent, writer, worktree } }, request, options);
  return isRefusal(answer) ? 0 : 1;
}

/** Releases leases whose worktree is gone. */
export function releaseStale({ workspace, options }: Upkeep): string {
  let count = 0;
  for (const { task_id: taskId, agent, worktree } of leasesOf(workspace, options)) {
    if (!isWorktreeGone(workspace, worktree)) continue;
    const owner = { agent, writer: workspace.writer, worktree };
    const request = { kind: 'evict', reason: 'its worktree is gone', isForced: false } as const;
    if (!isRefusal(requestClaim(workspace, { taskId, owner }, request, options))) count++;
  }
  return `${count} released`;
}

function leasesOf(workspace: Workspace, { warn }: ClaimOptions): Lease[] {
  return [...readLeases(workspace, warn).values()];
}

const NOT_SET_UP = 3;
const LIMIT_MS = 120_000;

/**
 * Exchanges with the remote in a process of its own, so that nobody waits for the network.
 * @param command that of `ledger-sync`
 */
export function exchange(command: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [file, ...args] = command as [string, ...string[]];
  const child = builtin('node:child_process').spawn(file, args, {
    ...{ env: environment, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], timeout: LIMIT_MS },
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', text => {
    said = `${said}${text}`.slice(-1000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Failure('setup', error.message)));
    child.once('close', status => {
      if (status === 0) resolve('exchanged');
      else if (status === NOT_SET_UP) resolve('there is no ledger branch here');
      else
        reject(new Failure('offline', said.trim().split('\n').at(-1) || `ledger-sync ended with ${status}`));
    });
  });
}
