/**
 * One attempt at a task: claim it, tell that it starts, run the command under the lease, tell what came of it, and
 * complete or release the claim.
 *
 * A success completes the claim first: that is refused when somebody has taken the task over, and then the late
 * result is not told. A failure is told first and then the claim is released, so that whoever takes the task next
 * knows how often it failed. A crash in between leaves a lease that ends, or a completed claim, which says it all.
 */
import type { Owner, Request } from '../claims/decide.js';
import type { Lease } from '../claims/lease.js';
import { isRefusal, type Refusal } from '../claims/refusal.js';
import { Failure } from '../failure.js';
import type { Draft } from '../ledger/append.js';
import type { Outcome, RunningCommand } from '../process/command.js';
import { uuidV7 } from '../record/ids.js';
import type { ReadyTask, WorkTask } from '../workplans/ready.js';
import type { TaskStatus } from '../workplans/task-status.js';
import { acquireTask } from './acquire.js';
import { runClaimed, type Settlement } from './run-claimed.js';
import type { WorkSource } from './source.js';

const MOST_FAILURES = 3;
const GRACE_MS = 10_000;

export interface Bench {
  owner: Owner;
  ttl_s: number;
  source: WorkSource;
  nowMs(): number;
  /** Aborted when the loop is to end. */
  signal: AbortSignal;
  /** Asks for a change of a claim. */
  request(taskId: string, request: Request): Promise<{ lease: Lease | undefined } | Refusal>;
  /** Records an event of the agent; the status follows. */
  tell(draft: Draft): void;
  start(task: WorkTask, lease: Lease): RunningCommand;
  warn(message: string): void;
}

export interface Attempt {
  task: WorkTask;
  /** `taken`: somebody else has it; `gone`: it is no longer there; `undecided`: nobody can tell now who has it. */
  result: 'done' | 'failed' | 'blocked' | 'interrupted' | 'lost' | 'taken' | 'gone' | 'undecided';
  durationMs: number;
  /** Why it was not done. */
  reason: string | undefined;
}

/** @throws Failure when the claim cannot be decided or the start not be recorded: nothing has run then */
export async function attemptTask(
  bench: Bench,
  { task: found, failures, isReopened }: ReadyTask,
): Promise<Attempt> {
  const startedMs = bench.nowMs();
  const { ttl_s } = bench;
  const term = { lease_id: uuidV7(startedMs), ttl_s, reason: null, reopens: isReopened };
  const lease = await acquireTask(term, request => bench.request(found.id, request));
  if (isRefusal(lease)) {
    if (lease.refused === 'finished') bench.source.tidy(found, 'done');
    const result = lease.refused === 'offline' ? 'undecided' : 'taken';
    return { task: found, result, durationMs: 0, reason: lease.message };
  }
  const running = new RunningTask(bench, found, lease, failures + 1);
  const { result, reason } = await running.run();
  return { task: found, result, reason, durationMs: bench.nowMs() - startedMs };
}

type Ended = Pick<Attempt, 'result' | 'reason'>;

class RunningTask {
  private readonly startedMs: number;
  private ended: Ended = { result: 'lost', reason: 'somebody else has taken it over' };

  constructor(
    private readonly bench: Bench,
    private task: WorkTask,
    private readonly lease: Lease,
    private readonly number: number,
  ) {
    this.startedMs = bench.nowMs();
  }

  async run(): Promise<Ended> {
    const { bench, lease } = this;
    try {
      const begun = bench.source.begin(this.task);
      if (begun === undefined) return await this.giveUp('gone', 'it is no longer there');
      this.task = begun;
      this.tell('task_start', `${this.title()} (attempt ${this.number})`, {});
    } catch (error) {
      if (error instanceof Failure) await this.giveUp('gone', error.message);
      throw error;
    }
    const { isLost } = await runClaimed({
      lease,
      start: () => this.start(),
      request: request => bench.request(this.task.id, request),
      settle: outcome => this.settle(outcome),
      warn: bench.warn,
    });
    if (isLost) return { result: 'lost', reason: 'somebody else has taken it over' };
    if (this.ended.result === 'done') this.finish();
    return this.ended;
  }

  private start(): RunningCommand {
    const command = this.bench.start(this.task, this.lease);
    const stop = (): void => command.stop(GRACE_MS);
    this.bench.signal.addEventListener('abort', stop);
    void command.outcome.finally(() => this.bench.signal.removeEventListener('abort', stop));
    if (this.bench.signal.aborted) stop();
    return command;
  }

  /** The command has ended, and the lease is still ours. */
  private settle({ status, problem }: Outcome): Settlement {
    const reason = problem ?? `exit status ${status}`;
    if (status === 0) {
      this.ended = { result: 'done', reason: undefined };
      return { kind: 'complete', reason: null };
    }
    if (this.bench.signal.aborted) return this.interrupt(status);
    const isLast = this.number >= MOST_FAILURES;
    const task_status: TaskStatus = isLast ? 'blocked' : 'in_progress';
    this.ended = { result: isLast ? 'blocked' : 'failed', reason };
    const tries = isLast ? `, attempt ${this.number}: it is left blocked` : `, attempt ${this.number}`;
    const data = { status: 'failed', task_status, attempt: this.number, exit_code: status, error: reason };
    this.tellSafely('error', `${this.title()} failed: ${reason}${tries}`, data);
    this.bench.source.end(this.task, isLast ? 'blocked' : 'todo');
    return { kind: 'release', reason: `${reason}${tries}` };
  }

  private interrupt(status: number): Settlement {
    this.ended = { result: 'interrupted', reason: 'the loop was asked to end' };
    const data = { status: 'interrupted', exit_code: status };
    this.tellSafely('task_result', `${this.title()} was interrupted`, data);
    this.bench.source.end(this.task, 'todo');
    return { kind: 'release', reason: 'interrupted: the loop was asked to end' };
  }

  private finish(): void {
    this.tellSafely('task_result', `${this.title()} is done`, {
      status: 'ok',
      exit_code: 0,
      attempt: this.number,
    });
    this.bench.source.end(this.task, 'done');
  }

  private async giveUp(result: Attempt['result'], reason: string): Promise<Ended> {
    const { lease_id, epoch } = this.lease;
    await this.bench.request(this.task.id, { kind: 'release', about: { lease_id, epoch }, reason });
    return { result, reason };
  }

  private title(): string {
    const { id, title } = this.task;
    return title === undefined ? id : `${id}: ${title}`;
  }

  /** What happened has happened, also when it cannot be recorded now. */
  private tellSafely(event: string, summary: string, data: Record<string, unknown>): void {
    try {
      this.tell(event, summary, data);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.bench.warn(`${this.task.id}: ${error.message}`);
    }
  }

  private tell(event: string, summary: string, data: Record<string, unknown>): void {
    const { id: task_id, title } = this.task;
    const isStart = event === 'task_start';
    this.bench.tell({
      ...{ event, task_id, source: 'ledger-work', summary: cut(summary) },
      data: {
        ...(isStart && { task_type: 'work', attempt: this.number }),
        ...(isStart && title !== undefined && { title }),
        ...(!isStart && { duration_ms: this.bench.nowMs() - this.startedMs }),
        ...data,
        epoch: this.lease.epoch,
      },
      idempotency_key: `work:${this.lease.lease_id}:${event}`,
    });
  }
}

const LONGEST_SUMMARY = 1000;

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST_SUMMARY
    ? text
    : `${characters.slice(0, LONGEST_SUMMARY - 1).join('')}…`;
}
