/**
 * Recording for many calls at once: what comes in while the sockets are read is appended to an agent's ledger under
 * one hold of its lock, in one write. Nobody waits for a lock here, because that would hold up everybody: a batch
 * whose agent is locked by another process is tried again later, as long as its callers would have waited, and what
 * comes for that agent meanwhile stays behind it.
 */
import { Failure } from '../failure.js';
import { type RecordOptions, recordEvents } from '../journal/record.js';
import type { Appended, Draft } from '../ledger/append.js';
import type { Workspace } from '../root/workspace.js';

interface Waiting {
  draft: Draft;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

interface Batch {
  workspace: Workspace;
  agent: string;
  options: RecordOptions;
  waiting: Waiting[];
  untilMs: number;
}

const MOST_DRAFTS = 500;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

export class RecordQueue {
  /** What waits, by agent and root. */
  private readonly lanes = new Map<string, Batch[]>();
  private readonly locked = new Set<string>();
  private isScheduled = false;

  /** @param underWay what may end before anything is recorded, as nobody is answered before; undefined when nothing is */
  constructor(private readonly underWay: () => Promise<unknown> | undefined = () => undefined) {}

  /** @returns the event, written and not yet synced. @throws its Failure when it is refused */
  readonly record = (
    workspace: Workspace,
    agent: string,
    draft: Draft,
    options: RecordOptions,
  ): Promise<Appended> =>
    new Promise((resolve, reject) => {
      const key = `${agent} ${workspace.root}`;
      const lane = this.lanes.get(key) ?? [];
      this.lanes.set(key, lane);
      const waiting = { draft, resolve, reject };
      const last = lane.at(-1);
      if (last && last.waiting.length < MOST_DRAFTS && isSameWay(last, workspace, options))
        last.waiting.push(waiting);
      else {
        const untilMs = performance.now() + workspace.lockTimeoutMs;
        lane.push({ workspace, agent, options, waiting: [waiting], untilMs });
      }
      if (this.isScheduled) return;
      this.isScheduled = true;
      setImmediate(() => {
        const before = this.underWay();
        if (before === undefined) this.flush();
        else void before.then(() => this.flush());
      });
    });

  /** Records what has come in, but for agents that another process has locked. */
  flush(): void {
    this.isScheduled = false;
    for (const key of this.lanes.keys()) if (!this.locked.has(key)) this.run(key, FIRST_PAUSE_MS);
  }

  private run(key: string, pauseMs: number): void {
    const lane = this.lanes.get(key)!;
    this.locked.delete(key);
    while (lane[0] !== undefined) {
      if (!recordBatch(lane[0])) {
        this.locked.add(key);
        setTimeout(() => this.run(key, Math.min(pauseMs * 2, LONGEST_PAUSE_MS)), pauseMs);
        return;
      }
      lane.shift();
    }
    this.lanes.delete(key);
  }
}

/** Whether one call of `recordEvents` can do for both. */
function isSameWay(batch: Batch, { worktree, control, writer }: Workspace, options: RecordOptions): boolean {
  const { workspace } = batch;
  return (
    workspace.worktree === worktree &&
    workspace.control === control &&
    workspace.writer === writer &&
    batch.options.updatesStatus === options.updatesStatus &&
    batch.options.sessionIdleMs === options.sessionIdleMs &&
    batch.options.rules === options.rules
  );
}

/** @returns false when another process has locked the agent, and there is time to try it again */
function recordBatch({ workspace, agent, options, waiting, untilMs }: Batch): boolean {
  const isLast = performance.now() >= untilMs;
  try {
    const drafts = waiting.map(({ draft }) => draft);
    const outcomes = recordEvents({ ...workspace, lockTimeoutMs: 0 }, agent, drafts, options);
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome instanceof Failure) waiting[index]!.reject(outcome);
      else waiting[index]!.resolve(outcome);
    }
  } catch (error) {
    if (error instanceof Failure && error.kind === 'contention' && !isLast) return false;
    for (const { reject } of waiting) reject(error);
  }
  return true;
}
