/** The claims log of this root, as the branch needs it; and `sync/claims.json`, how far the branch was told of it: a view. */
import { join } from 'node:path';
import { fitsLog } from '../../claims/claims-index.js';
import { emptyLog, type LogHead, opsAfter } from '../../claims/log.js';
import { momentNow } from '../../claims/moment.js';
import { claimOf, type OpenClaims } from '../../claims/store.js';
import { makePrivate } from '../../disk/directory.js';
import { readText } from '../../disk/read.js';
import { replaceFile } from '../../disk/replace.js';
import { type ClaimOptions, changeClaims } from '../../journal/claim.js';
import { isJsonObject } from '../../record/json.js';
import type { Workspace } from '../../root/workspace.js';
import { isWorktreeGone } from '../../root/worktrees.js';
import { type SyncState, syncDirectory } from '../state.js';
import type { LocalClaims, LocalState, SentBeats } from './ports.js';

interface Sent {
  head: LogHead;
  beats: SentBeats;
}

export function openLocalClaims(workspace: Workspace, options: ClaimOptions): LocalClaims {
  return {
    change: (action, wishes) => {
      const sessions = wishes && new Map(wishes.map(({ id, session }) => [id, session]));
      let after: LogHead | undefined;
      let before: LogHead | undefined;
      const { ops, value } = changeClaims(
        workspace,
        { ...options, ...(sessions && { sessions }) },
        claims => {
          before = { ...claims.index.head };
          after = claims.index.head;
          return action(stateOf(workspace, claims, options));
        },
      );
      return { ops, value, before: before!, after: { ...after! } };
    },
    markSent: (head, beats) => {
      const mark = { schema_version: 1, head, beats: beats ?? readSent(workspace)?.beats ?? NOTHING_SENT };
      makePrivate(syncDirectory(workspace));
      replaceFile(sentPath(workspace), JSON.stringify(mark));
    },
  };
}

const NOTHING_SENT: SentBeats = { at: undefined, beats: {} };

function stateOf(workspace: Workspace, claims: OpenClaims, { limits, machine }: ClaimOptions): LocalState {
  const { writer } = workspace;
  const sent = readSent(workspace);
  const isUsable = sent !== undefined && fitsLog(sent, claims.file);
  const head = isUsable ? { ...sent.head } : emptyLog(writer);
  return {
    now: momentNow(workspace.clock, writer, machine),
    limits: {
      maxLifetime_s: limits.max_lifetime_s,
      maxIndefinitePerAgent: limits.max_indefinite_per_agent,
      maxIndefinite: limits.max_indefinite,
    },
    head: { ...claims.index.head },
    claimOf: taskId => claimOf(claims, taskId),
    leases: [...claims.index.leases.values()],
    isWorktreeGone: worktree => isWorktreeGone(workspace, worktree),
    pending: pendingTasks(claims, head),
    sent: sent?.beats ?? NOTHING_SENT,
  };
}

/** Tasks of which the log has something that the branch was not told; beats travel on their own. */
function pendingTasks({ file, index }: OpenClaims, head: LogHead): string[] {
  if (head.size === index.head.size) return [];
  const tasks = new Set<string>();
  // What is wrong with the log is said by who reads it for its own sake.
  for (const { op } of opsAfter(file, head, () => undefined)) {
    if (op.op !== 'renew' && op.op !== 'heartbeat') tasks.add(op.task_id);
  }
  return [...tasks];
}

function sentPath(workspace: Workspace): string {
  return join(syncDirectory(workspace), 'claims.json');
}

function readSent(workspace: Workspace): Sent | undefined {
  try {
    const value: unknown = JSON.parse(readText(sentPath(workspace)) ?? 'null');
    if (!isJsonObject(value) || value.schema_version !== 1) return undefined;
    const { head, beats } = value;
    return isJsonObject(head) && isJsonObject(beats) ? (value as unknown as Sent) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Those that wait to be settled, for `sync-state.json`. */
export function provisionalClaims(local: LocalClaims): SyncState['offline_claims'] {
  const { value: leases } = local.change(state => ({ ops: [], value: state.leases }));
  const waiting = leases.filter(({ provisional }) => provisional);
  return waiting.map(({ task_id, lease_id, epoch }) => ({ task_id, lease_id, epoch }));
}
