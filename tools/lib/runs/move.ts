/** The state of a run, and what is to be done next. */
import type { Entry, ResultNews, StartedNews } from './entry.js';
import type { Plan, Step } from './plan.js';

export interface StepProgress {
  step: Step;
  status: 'pending' | 'unknown' | 'done' | 'failed';
  /** From 1. */
  iteration: number;
  /** How many times it was begun in this iteration. */
  attempt: number;
  /** Of the attempts since the run began or was resumed, how many failed. */
  failures: number;
  /** Why the newest of them did. */
  lastReason: string | null;
  /** How many times it asked for changes since then. */
  asked: number;
  /** What was asked for, by the iteration that it is an input of. */
  feedback: Map<number, Record<string, unknown>>;
  /** The newest result of each iteration that did not fail. */
  results: Map<number, Entry & ResultNews>;
}

export interface Redo {
  step: string;
  iteration: number;
  reason: string | null;
}

export interface RunFold {
  started: Entry & StartedNews;
  plan: Plan;
  status: 'running' | 'completed' | 'failed' | 'aborted';
  reason: string | null;
  /** In the order in which they run. */
  steps: StepProgress[];
  byId: Map<string, StepProgress>;
  redo: Redo[];
  /** What each key stands for. */
  payloads: Map<string, string>;
  snapshotId: string;
  leaseId: string;
  epoch: number;
  seq: number;
  updatedAt: string;
}

export type Move =
  | { kind: 'step'; progress: StepProgress; iteration: number }
  | { kind: 'complete' }
  | { kind: 'fail'; reason: string };

/** What is to be done next. Of a run that has ended, what would be if it had not. */
export function nextMove(run: RunFold): Move {
  const redo = run.redo[0];
  if (redo) return stepMove(run.byId.get(redo.step)!, redo.iteration);
  for (const progress of run.steps) {
    const { step, status, asked, iteration } = progress;
    if (step.loop && asked > step.loop.most) {
      return { kind: 'fail', reason: `${step.id} asked for changes more than ${step.loop.most} times` };
    }
    if (status !== 'done') return stepMove(progress, iteration);
  }
  return { kind: 'complete' };
}

function stepMove(progress: StepProgress, iteration: number): Move {
  if (progress.failures <= progress.step.retries) return { kind: 'step', progress, iteration };
  return {
    kind: 'fail',
    reason: `${progress.step.id} failed: ${progress.lastReason ?? 'it gave no reason'}`,
  };
}

/** The inputs of a step in an iteration: those of the plan, and what was asked for. */
export function inputsOf({ step, feedback }: StepProgress, iteration: number): Record<string, unknown> {
  const asked = feedback.get(iteration);
  return asked ? { ...step.inputs, feedback: asked } : step.inputs;
}
