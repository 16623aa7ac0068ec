/**
 * Who is doing what now, on every machine as far as it is known here: the status of each agent, with what
 * the log knows beyond it. Nothing is written, and nothing that a file holds stops the others from being
 * shown.
 */
import { hasEnded, type Lease, type Observation } from '../claims/lease.js';
import { type Moment, momentNow } from '../claims/moment.js';
import { readLeases } from '../claims/store.js';
import { type Clock, parseTimestamp } from '../clock.js';
import { Failure } from '../failure.js';
import { listAgents, listDayFiles } from '../ledger/day-file.js';
import type { AgentOverview, HeldTask } from '../record/generated/overview.js';
import { ledgerAgent } from '../record/ids.js';
import type { Place } from '../root/workspace.js';
import { isWorktreeGone } from '../root/worktrees.js';
import { knownWriter } from '../root/writer.js';
import { type KnownStatus, knownStatus } from '../status/known.js';
import { listStatusFiles, type StatusFile } from '../status/store.js';
import { type Beginning, findBeginning, type Present, type Whose } from './beginning.js';

export type { AgentOverview };

export interface OverviewOptions {
  sessionIdleMs: number;
  staleAfterMs: number;
  /** Only this agent. */
  agent?: string | undefined;
  /** Leases of other machines, as they are known here, each with since when it has been seen so. */
  foreignLeases?(): { lease: Lease; seen: Observation }[];
}

/** Where a state began, or why that cannot be read. */
interface Began {
  beginning?: Beginning | undefined;
  problem?: string;
}

/** Reads overviews of one place, any number of times. The log is read again only when a status changed. */
export class OverviewReader {
  /** By status file: what was found for which state. */
  private readonly began = new Map<string, { key: string; found: Began }>();

  constructor(
    private readonly place: Place,
    private readonly options: OverviewOptions,
  ) {}

  /** By agent, ours first; empty when there is no such agent, or none at all. */
  read(clock: Clock): AgentOverview[] {
    const { root, control } = this.place;
    const { agent } = this.options;
    const ours = knownWriter(control);
    const nowMs = clock.nowMs();
    const held = this.heldTasks(momentNow(clock, ours ?? ''));
    const files = listStatusFiles(root, agent).filter(
      ({ writer }) => writer === undefined || writer !== ours,
    );
    const reported = new Set(files.map(file => holderOf(file.agent, file.writer ?? ours)));
    const silent = listAgents(root)
      .filter(name => (agent === undefined || name === agent) && !reported.has(holderOf(name, ours)))
      .filter(name => listDayFiles(root, { agent: name }).some(file => file.writer === undefined))
      .map(name => unreported(name, ours));
    const agents = [...files.map(file => this.describe(file, ours, nowMs)), ...silent];
    for (const overview of agents) {
      const holder = holderOf(overview.agent, overview.writer ?? undefined);
      overview.claims = held.get(holder)?.tasks ?? [];
      held.delete(holder);
    }
    for (const other of held.values()) {
      const isMeant = agent === undefined || agent === other.agent;
      if (isMeant && other.writer !== ours) agents.push(silentHolder(other));
    }
    return agents.sort((a, b) => (a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : 0));
  }

  /** By holder: the leases of this checkout's claims log, and those of other machines. What is wrong with that log is `ledger-claim`'s to say. */
  private heldTasks(now: Moment): Map<string, Holder> {
    const own = [...readLeases(this.place, () => undefined).values()].map(lease => {
      return { lease, isOver: hasEnded(lease, now) || isWorktreeGone(this.place, lease.worktree) };
    });
    const foreign = (this.options.foreignLeases?.() ?? []).map(({ lease, seen }) => {
      return { lease, isOver: hasEnded(lease, now, seen) };
    });
    const held = new Map<string, Holder>();
    for (const { lease, isOver } of [...own, ...foreign]) {
      const { task_id, epoch, expires_at, writer } = lease;
      const agent = ledgerAgent(lease.agent);
      const holder = held.get(holderOf(agent, writer)) ?? { agent, writer, tasks: [] };
      holder.tasks.push({ task_id, epoch, expires_at, is_over: isOver });
      held.set(holderOf(agent, writer), holder);
    }
    return held;
  }

  private describe(file: StatusFile, ours: string | undefined, nowMs: number): AgentOverview {
    const status = knownStatus(file.path);
    const { state, last_heartbeat: beat } = status;
    const { beginning, problem } = this.beganOf(file, status);
    const ageMs = beat === undefined ? undefined : Math.max(0, nowMs - parseTimestamp(beat)!);
    const isAway = state === undefined || state === 'offline';
    return {
      agent: file.agent,
      writer: file.writer ?? ours ?? null,
      is_ours: file.writer === undefined,
      state: state ?? null,
      since: beginning?.ts ?? null,
      since_id: beginning?.id ?? null,
      last_task_id: status.last_task_id,
      session_id: status.session_id,
      last_heartbeat: beat ?? null,
      heartbeat_age_s: ageMs === undefined ? null : ageMs / 1000,
      is_stale: !isAway && (ageMs ?? Infinity) > this.options.staleAfterMs,
      last_error: status.last_error,
      claims: [],
      problem: status.problem ?? problem ?? null,
    };
  }

  private beganOf({ path, agent, writer }: StatusFile, status: KnownStatus): Began {
    const { state, last_task_id, updated_at = status.last_heartbeat } = status;
    if (state === undefined || updated_at === undefined) return {};
    const key = JSON.stringify([state, last_task_id, updated_at]);
    const known = this.began.get(path);
    if (known?.key === key) return known.found;
    const whose = { root: this.place.root, agent, writer, sessionIdleMs: this.options.sessionIdleMs };
    const found = beganAt(whose, { state, last_task_id, updated_at });
    this.began.set(path, { key, found });
    return found;
  }
}

function beganAt(whose: Whose, present: Present): Began {
  try {
    return { beginning: findBeginning(whose, present) };
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message };
    throw error;
  }
}

interface Holder {
  agent: string;
  writer: string;
  tasks: HeldTask[];
}

const holderOf = (agent: string, writer: string | undefined): string => `${agent} ${writer ?? ''}`;

/** An agent of another machine whose claims have come, and no status. */
function silentHolder({ agent, writer, tasks }: Holder): AgentOverview {
  return { ...unreported(agent, writer), is_ours: false, claims: tasks, problem: null };
}

/** An agent of ours that has a ledger and no status. */
function unreported(agent: string, ours: string | undefined): AgentOverview {
  return {
    agent,
    writer: ours ?? null,
    is_ours: true,
    state: null,
    ...{ since: null, since_id: null, last_task_id: null, session_id: null },
    ...{ last_heartbeat: null, heartbeat_age_s: null, is_stale: false, last_error: null, claims: [] },
    problem: `no status; "status-update ${agent} --rebuild" makes it from the ledger`,
  };
}
