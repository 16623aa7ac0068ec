/** Runs without processes: a plan, agents that answer as a function of what they are asked, and the log they make. */
import { formatTimestamp } from '../../tools/lib/clock.js';
import type { Entry, News, ResultNews } from '../../tools/lib/runs/entry.js';
import { isEntry } from '../../tools/lib/runs/entry.js';
import { applyEntry, foldRun } from '../../tools/lib/runs/fold.js';
import { digest, idempotencyKey } from '../../tools/lib/runs/key.js';
import { inputsOf, type Move, nextMove, type RunFold } from '../../tools/lib/runs/move.js';
import { checkPlan, type Plan } from '../../tools/lib/runs/plan.js';
import { stateOf } from '../../tools/lib/runs/view.js';

const LEASE = { lease_id: '01a210cb-f265-7e7c-a8be-6976912b23ca', epoch: 1 };
const BEGAN_MS = Date.UTC(2026, 10, 25, 3);
const SNAPSHOT = 'snap-0123456789ab';

export interface Asked {
  key: string;
  step: string;
  iteration: number;
  inputs: Record<string, unknown>;
}

/** What an agent answers; `undefined` when the runner dies meanwhile. */
export type Agent = (asked: Asked) => Pick<ResultNews, 'outcome' | 'payload'> | undefined;

export function planOf(steps: object[]): Plan {
  const filled = steps.map(step => ({ agent: 'cls', action: 'a', command: ['true'], ...step }));
  return checkPlan({ task_id: 'T-1', steps: filled }, { taskId: undefined, agents: {} });
}

/** The stages that are the default, with a loop back from two of them. */
export const STAGES = planOf([
  { id: 'implement', retries: 1 },
  { id: 'review', needs: ['implement'], loop: { back_to: 'implement', most: 3 } },
  { id: 'spec', needs: ['review'], loop: { back_to: 'implement', most: 3 } },
]);

export class PaperRun {
  readonly entries: Entry[] = [];
  run: RunFold | undefined;

  constructor(private readonly plan: Plan = STAGES) {}

  /** A run whose log begins like this. */
  static from(entries: Entry[], plan: Plan): PaperRun {
    const paper = new PaperRun(plan);
    paper.entries.push(...entries);
    paper.run = foldRun(entries);
    return paper;
  }

  append(news: News): void {
    const ts = formatTimestamp(BEGAN_MS + this.entries.length * 700, 420);
    const { op, ...rest } = news;
    const entry = { schema_version: 1, seq: this.entries.length + 1, ts, op, ...rest } as Entry;
    if (!isEntry(entry)) throw new Error(`no entry: ${JSON.stringify(entry)}`);
    this.entries.push(entry);
    if (this.run) applyEntry(this.run, entry);
    else this.run = foldRun([entry]);
  }

  /** Begins the run, or resumes it. */
  open(): void {
    if (this.run) {
      this.append({ op: 'resumed', snapshot_id: SNAPSHOT, changed_files: 0, ...LEASE });
      return;
    }
    this.append({
      ...{
        op: 'started',
        run: 'run-20261125-100000-00000000',
        task_id: 'T-1',
        owner: 'runner',
        directory: '/x',
      },
      ...{ plan: { ...this.plan }, plan_sha256: digest(this.plan), snapshot_id: SNAPSHOT, ...LEASE },
    });
  }

  /** Takes steps until the run ends or its runner dies. @returns whether it ended */
  drive(agent: Agent, most = 1000): boolean {
    for (let taken = 0; taken < most; taken++) {
      const move = nextMove(this.run!);
      if (move.kind === 'complete') this.append({ op: 'completed' });
      if (move.kind === 'fail') this.append({ op: 'failed', reason: move.reason });
      if (move.kind !== 'step') return true;
      if (!this.step(move, agent)) return false;
    }
    throw new Error('the run does not end');
  }

  private step({ progress, iteration }: Extract<Move, { kind: 'step' }>, agent: Agent): boolean {
    const { id: step, agent: name, action, expected_outputs } = progress.step;
    const inputs = inputsOf(progress, iteration);
    const parts = {
      step,
      agent: name,
      action,
      task_id: 'T-1',
      snapshot_id: SNAPSHOT,
      inputs,
      expected_outputs,
      iteration,
    };
    const key = idempotencyKey(parts);
    const attempt = (progress.iteration === iteration ? progress.attempt : 0) + 1;
    const at = { step, iteration, attempt, idempotency_key: key };
    this.append({ op: 'intent', ...at, payload_sha256: digest(parts) });
    const answer = agent({ key, step, iteration, inputs });
    if (!answer) return false;
    this.append({
      ...{ op: 'result', ...at, ...answer, reason: answer.outcome === 'failed' ? 'it broke' : null },
      ...{
        exit_code: 0,
        event: null,
        started_at: '2026-11-25T10:00:00.000+07:00',
        duration_ms: 5,
        messages: '',
      },
      ...{
        artifacts: [],
        snapshot_id: SNAPSHOT,
        receipt_sha256: answer.outcome === 'failed' ? null : key.slice(3),
      },
    });
    return true;
  }
}

/** What matters of the end of a run. */
export function endOf(run: RunFold): unknown {
  const { status, steps } = stateOf(run);
  return {
    status,
    steps: steps.map(({ id, status: of, iteration, outcome }) => [id, of, iteration, outcome]),
  };
}
