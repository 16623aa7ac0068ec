/** Plans: checked, filled in, and put in order before anything runs. */
import { Failure } from '../failure.js';
import type { Config } from '../record/config.js';
import { isPlan } from '../record/generated/is-plan.js';
import type { Loop, PlanStep } from '../record/generated/plan.js';
import { canonicalTaskId } from '../record/ids.js';
import { findLoss } from '../record/json.js';
import { describeRecord } from './describe.late.js';
import { dependentsOf, orderSteps } from './order.js';

/** A step with nothing left open. */
export interface Step extends Required<Omit<PlanStep, 'loop'>> {
  loop: Required<Loop> | null;
}

/** What is recorded before the first step. */
export interface Plan {
  schema_version: 1;
  task_id: string;
  /** In the order in which they run. */
  steps: Step[];
}

export interface PlanContext {
  /** Wins over the task that the plan names. */
  taskId: string | undefined;
  /** How agents are started, by their names. */
  agents: Config['runs']['agents'];
}

const LONGEST_ATTEMPT_S = 3600;
const MOST_CHANGES = 5;

/** @throws Failure `data` for a plan that breaks its schema or cannot be run */
export function checkPlan(value: unknown, { taskId, agents }: PlanContext): Plan {
  const problem = findLoss(value, 0);
  if (problem !== undefined) throw new Failure('data', `the plan ${problem}`);
  if (!isPlan(value)) throw new Failure('data', `the plan is not valid: ${describeRecord('plan', value)}`);
  const given = value as { task_id?: string; steps: PlanStep[] };
  const task = taskId ?? given.task_id;
  if (task === undefined || task.trim() === '') {
    throw new Failure('usage', 'the plan names no task_id; give the task with --task');
  }
  const steps = orderSteps(given.steps.map(step => fillStep(step, agents)));
  for (const step of steps) assertLoop(step, steps);
  return { schema_version: 1, task_id: canonicalTaskId(task), steps };
}

function fillStep(step: PlanStep, agents: PlanContext['agents']): Step {
  const known = Object.hasOwn(agents, step.agent) ? agents[step.agent] : undefined;
  const command = step.command ?? known?.command;
  if (command === undefined) {
    throw new Failure(
      'data',
      `step "${step.id}" has no command; give it one, or set runs.agents.${step.agent} in ledger.config.json`,
    );
  }
  if (command[0] === '') throw new Failure('data', `the command of step "${step.id}" has no name`);
  return {
    ...{ id: step.id, agent: step.agent, action: step.action, command },
    protocol: step.protocol ?? (step.command ? undefined : known?.protocol) ?? 'plain',
    inputs: step.inputs ?? {},
    expected_outputs: step.expected_outputs ?? [],
    needs: step.needs ?? [],
    retries: step.retries ?? known?.retries ?? 0,
    timeout_s: step.timeout_s ?? known?.timeout_s ?? LONGEST_ATTEMPT_S,
    loop: step.loop ? { back_to: step.loop.back_to, most: step.loop.most ?? MOST_CHANGES } : null,
  };
}

function assertLoop({ id, loop, inputs }: Step, steps: Step[]): void {
  if (Object.hasOwn(inputs, 'feedback')) {
    throw new Failure('data', `step "${id}" has the input "feedback", which the run itself sets; rename it`);
  }
  if (loop === null) return;
  if (!steps.some(step => step.id === loop.back_to)) {
    throw new Failure('data', `step "${id}" goes back to "${loop.back_to}", which is not in the plan`);
  }
  if (!dependentsOf(steps, loop.back_to).has(id)) {
    throw new Failure('data', `step "${id}" goes back to "${loop.back_to}", which it does not need`);
  }
}
