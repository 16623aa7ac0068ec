/**
 * The state of a run as a fold of its log, and what is to be done next: pure, so that it can be tried with every
 * beginning of every log.
 *
 * - A step is done when its newest result in its present iteration says so. An intent without a result says
 *   that nobody knows: it is done again under the same key.
 * - A step that asks for changes sends the run back: the step it goes back to, and every step from there on that
 *   has run, begins its next iteration. What was asked for is fixed by the first such result, so that keys stay
 *   the same whatever is done again later.
 * - A receipt that does not prove a result makes its step run again, in its iteration and under its key.
 * - A run is complete when its log says so and each step of its plan is done. One without the other is not enough.
 */
import type { Entry, IntentNews, ResultNews, StartedNews } from './entry.js';
import { nextMove, type Redo, type RunFold, type StepProgress } from './move.js';
import { dependentsOf } from './order.js';
import type { Plan } from './plan.js';

/** @returns undefined when the first entry does not begin a run: then nothing was begun */
export function foldRun(entries: Iterable<Entry>): RunFold | undefined {
  let run: RunFold | undefined;
  for (const entry of entries) {
    if (run) applyEntry(run, entry);
    else if (entry.op === 'started') run = beginRun(entry);
  }
  return run;
}

function beginRun(started: Entry & StartedNews): RunFold {
  const plan = started.plan as unknown as Plan;
  const steps: StepProgress[] = plan.steps.map(step => ({
    ...{ step, status: 'pending', iteration: 1, attempt: 0, failures: 0, asked: 0 },
    ...{ lastReason: null, feedback: new Map(), results: new Map() },
  }));
  return {
    ...{ started, plan, status: 'running', reason: null, redo: [], payloads: new Map() },
    ...{ steps, byId: new Map(steps.map(progress => [progress.step.id, progress])) },
    ...{ snapshotId: started.snapshot_id, leaseId: started.lease_id, epoch: started.epoch },
    ...{ seq: started.seq, updatedAt: started.ts },
  };
}

/** Brings the state up to date with the next entry. */
export function applyEntry(run: RunFold, entry: Entry): void {
  run.seq = entry.seq;
  run.updatedAt = entry.ts;
  switch (entry.op) {
    case 'intent':
      applyIntent(run, entry);
      break;
    case 'result':
      applyResult(run, entry);
      break;
    case 'redo':
      applyRedo(run, entry);
      break;
    case 'resumed':
      applyResumed(run, entry);
      break;
    case 'completed':
      if (isAllDone(run)) run.status = 'completed';
      break;
    case 'failed':
    case 'aborted':
      if (run.status !== 'completed') Object.assign(run, { status: entry.op, reason: entry.reason });
      break;
    case 'started':
      run.started = entry;
      return;
  }
}

function isAllDone(run: RunFold): boolean {
  return nextMove(run).kind === 'complete';
}

function applyIntent(run: RunFold, intent: Entry & IntentNews): void {
  if (!run.payloads.has(intent.idempotency_key)) {
    run.payloads.set(intent.idempotency_key, intent.payload_sha256);
  }
  const progress = run.byId.get(intent.step);
  if (progress?.iteration !== intent.iteration) return;
  progress.attempt = intent.attempt;
  if (progress.status !== 'done') progress.status = 'unknown';
}

function applyResult(run: RunFold, result: Entry & ResultNews): void {
  const progress = run.byId.get(result.step);
  if (!progress) return;
  if (result.snapshot_id !== null) run.snapshotId = result.snapshot_id;
  if (result.outcome === 'failed') {
    progress.failures++;
    progress.lastReason = result.reason;
    if (progress.iteration === result.iteration) progress.status = 'failed';
    return;
  }
  progress.results.set(result.iteration, result);
  run.redo = run.redo.filter(redo => redo.step !== result.step || redo.iteration !== result.iteration);
  progress.failures = 0;
  if (progress.iteration !== result.iteration) return;
  progress.status = 'done';
  if (result.outcome === 'changes_requested' && progress.step.loop) {
    progress.asked++;
    if (progress.asked <= progress.step.loop.most) goBack(run, progress, result);
  }
}

/** Begins the next iteration of everything that has run from the step on that `from` goes back to. */
function goBack(run: RunFold, from: StepProgress, { payload }: Pick<ResultNews, 'payload'>): void {
  const { back_to } = from.step.loop!;
  const again = dependentsOf(run.plan.steps, back_to);
  for (const progress of run.steps) {
    // A step that never got so far keeps its iteration.
    if (!again.has(progress.step.id) || progress.status === 'pending') continue;
    Object.assign(progress, {
      iteration: progress.iteration + 1,
      status: 'pending',
      attempt: 0,
      failures: 0,
    });
    if (progress.step.id === back_to) {
      progress.feedback.set(progress.iteration, { step: from.step.id, ...payload });
    }
  }
}

/** A step whose result is not proven. One that was never begun is to be done anyway. */
function applyRedo(run: RunFold, { step, iteration, reason }: Redo): void {
  const progress = run.byId.get(step);
  if (!progress?.results.has(iteration)) return;
  if (!run.redo.some(redo => redo.step === step && redo.iteration === iteration)) {
    run.redo.push({ step, iteration, reason });
  }
}

/** A run that had failed tries again: its failures and questions are counted anew. */
function applyResumed(run: RunFold, resumed: Extract<Entry, { op: 'resumed' }>): void {
  Object.assign(run, { leaseId: resumed.lease_id, epoch: resumed.epoch });
  if (resumed.snapshot_id !== null) run.snapshotId = resumed.snapshot_id;
  if (run.status === 'failed') Object.assign(run, { status: 'running', reason: null });
  for (const progress of run.steps) {
    const isSpent = progress.step.loop !== null && progress.asked > progress.step.loop.most;
    Object.assign(progress, { failures: 0, asked: isSpent ? 1 : progress.asked });
    const last = progress.results.get(progress.iteration);
    if (isSpent && last) goBack(run, progress, last);
  }
}
