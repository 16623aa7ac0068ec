/** `state.json`: the state of a run for other programs. A view, made again from the log at every change. */
import { join } from 'node:path';
import { replaceFile } from '../disk/replace.js';
import type { RunState, StepState } from '../record/generated/run-state.js';
import type { RunFold, StepProgress } from './move.js';
import { FILES } from './places.js';

export type { RunState };

export function stateOf(run: RunFold): RunState {
  const { started, status, reason, snapshotId, epoch, seq, updatedAt } = run;
  return {
    ...{ schema_version: 1, run: started.run, task_id: started.task_id, owner: started.owner },
    ...{ status, reason, started_at: started.ts, updated_at: updatedAt },
    ...{ snapshot_id: snapshotId, epoch, seq, steps: run.steps.map(stepState) },
  };
}

function stepState({ step, status, iteration, attempt, results }: StepProgress): StepState {
  const outcome = status === 'failed' ? 'failed' : (results.get(iteration)?.outcome ?? null);
  return { id: step.id, agent: step.agent, action: step.action, status, iteration, attempt, outcome };
}

export function writeState(directory: string, run: RunFold): void {
  replaceFile(join(directory, FILES.state), `${JSON.stringify(stateOf(run), null, 2)}\n`);
}
