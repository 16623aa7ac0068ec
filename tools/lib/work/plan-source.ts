/** Tasks from workplans. What became of them is written back, in one commit for what came together. */
import { relative } from 'node:path';
import { type Clock, timestampNow } from '../clock.js';
import { Failure } from '../failure.js';
import type { Place } from '../root/workspace.js';
import { amendStatuses } from '../workplans/amend-statuses.js';
import { attempt } from '../workplans/commit-files.js';
import type { StatusChange } from '../workplans/edit-status.js';
import { findCandidates, type Git, type Repository } from '../workplans/find.js';
import { openGate } from '../workplans/gate.js';
import { PlanFiles } from '../workplans/plan-files.js';
import type { WorkTask } from '../workplans/ready.js';
import { recoverWriteback } from '../workplans/recover.js';
import { rankOf, type TaskStatus } from '../workplans/task-status.js';
import { type FileChanges, writeBack } from '../workplans/write-back.js';
import { holdWritebacks } from '../workplans/writeback-lock.js';
import type { WorkSource } from './source.js';

export interface PlanSourceOptions {
  place: Place;
  /** Files and directories, absolute; with a pattern only those files below that it matches as a whole. */
  places: { path: string; pattern?: RegExp | undefined }[];
  git: Git;
  clock: Clock;
  warn(message: string): void;
}

/** What the ledger says is looked at each time; the files change seldom. */
const LIST_EVERY_MS = 2000;
const RETRY_AFTER_MS = 60_000;

export class PlanSource implements WorkSource {
  private readonly repositories = new Map<string, Repository | undefined>();
  /** What became of tasks and may not be in their files yet. */
  private pending = new Map<string, TaskStatus>();
  private told = '';
  /** When to try again after writing back was not possible. */
  private retryMs = 0;
  private listed: { atMs: number; tasks: WorkTask[] } = { atMs: -Infinity, tasks: [] };

  constructor(private readonly options: PlanSourceOptions) {}

  async list(): Promise<WorkTask[]> {
    const nowMs = this.options.clock.nowMs();
    if (nowMs - this.listed.atMs >= LIST_EVERY_MS) this.listed = { atMs: nowMs, tasks: await this.look() };
    return this.listed.tasks;
  }

  private async look(): Promise<WorkTask[]> {
    const { place, places, git, clock } = this.options;
    const files = new PlanFiles(place, clock.nowMs());
    const tasks: WorkTask[] = [];
    const seen = new Set<string>();
    for (const { path, pattern } of places) {
      for (const candidate of await findCandidates(path, git, false)) {
        if (seen.has(candidate.path) || pattern?.test(candidate.path) === false) continue;
        seen.add(candidate.path);
        this.repositories.set(candidate.path, candidate.repository);
        const plan = await files.read(candidate);
        for (const task of plan?.tasks ?? []) {
          const { id, hubId, title = task.heading, priority, assignee, dependsOn, status } = task;
          const file = candidate.path;
          tasks.push({ id, hubId, title, priority, assignee, dependsOn, status, file });
        }
      }
    }
    return tasks;
  }

  begin(task: WorkTask): WorkTask {
    return task;
  }

  end({ id, status }: WorkTask, to: TaskStatus): void {
    if (rankOf(to) > rankOf(status)) this.pending.set(id, to);
  }

  /** A loop that was killed had no time to write it back. */
  tidy(task: WorkTask, status: TaskStatus): void {
    this.end(task, status);
  }

  /** What cannot be written back now is left to `ledger-check --fix`: the ledger has it. */
  async flush(): Promise<void> {
    const nowMs = this.options.clock.nowMs();
    if (this.pending.size === 0 || nowMs < this.retryMs) return;
    const lock = holdWritebacks(this.options.place);
    if (lock === undefined) return;
    try {
      const files = await this.changedFiles();
      this.pending = new Map();
      const outcome = await attempt(() => this.writeAll(files));
      if (outcome instanceof Failure) this.giveUp(`nothing was written back: ${outcome.message}`);
      this.listed.atMs = -Infinity;
    } finally {
      lock.release();
    }
  }

  /** For a while: asking the upstream each time would only cost. */
  private giveUp(message: string): void {
    this.retryMs = this.options.clock.nowMs() + RETRY_AFTER_MS;
    this.tellOnce(message);
  }

  /** The same thing again says nothing new. */
  private tellOnce(message: string): void {
    if (message !== this.told) this.options.warn(message);
    this.told = message;
  }

  /** What is still to be changed in the files as they are now: others write back, too. */
  private async changedFiles(): Promise<Map<string, StatusChange[]>> {
    const files = new Map<string, StatusChange[]>();
    for (const { id, status: from, file } of await this.look()) {
      const to = this.pending.get(id);
      if (to === undefined || file === undefined || rankOf(to) <= rankOf(from)) continue;
      files.set(file, [...(files.get(file) ?? []), { id, from, to }]);
    }
    return files;
  }

  private async writeAll(pending: Map<string, StatusChange[]>): Promise<void> {
    const { place, git, warn } = this.options;
    const recovered = await recoverWriteback({ place, git });
    if (recovered !== undefined) warn(recovered);
    const groups = new Map<string, { repository: Repository | undefined; files: FileChanges[] }>();
    for (const [path, changes] of pending) {
      const repository = this.repositories.get(path);
      const group = groups.get(repository?.top ?? '') ?? { repository, files: [] };
      group.files.push({ path, name: repository ? relative(repository.top, path) : path, changes });
      groups.set(repository?.top ?? '', group);
    }
    for (const { repository, files } of groups.values()) {
      const leftOut = repository ? await this.commit(repository, files) : await amendStatuses(files);
      for (const [path, failure] of leftOut) this.tellOnce(`${path} was passed over: ${failure.message}`);
    }
  }

  private async commit(repository: Repository, files: FileChanges[]): Promise<Map<string, Failure>> {
    const { place, git, clock } = this.options;
    const gate = await openGate({ ...git, cwd: repository.top }, { writes: true, pulls: false });
    if (gate.state !== 'open') {
      const why = gate.state === 'behind' ? 'it is behind its upstream' : 'earlier commits wait to be pushed';
      this.giveUp(`nothing was written back in ${repository.top}: ${why}; see "ledger-check --fix"`);
      return new Map();
    }
    const today = timestampNow(clock).slice(0, 10);
    const { leftOut } = await writeBack({ place, repository, git, today, upstream: gate.upstream }, files);
    return leftOut;
  }
}
