/** The verbs of `ledger-run` that change a run. */
import { isRefusal, type Refusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import { abortRun } from '../../runs/abort.js';
import type { Ending } from '../../runs/drive.js';
import { digest } from '../../runs/key.js';
import { readRun } from '../../runs/open.js';
import { resumeRun } from '../../runs/resume.js';
import { startRun } from '../../runs/start.js';
import { workingTree } from '../../runs/tree.js';
import { printRefusal } from '../claims/answer.js';
import type { Call } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { planOf } from './plan-input.js';
import { watchRun } from './progress.js';
import { driverOf, newClaim, recordedClaim, runNamed } from './subject.js';

const INTERRUPTED = 130;
const STATUS: Record<Ending, number> = {
  completed: EXIT.done,
  failed: EXIT.no,
  lost: EXIT.no,
  interrupted: INTERRUPTED,
};

/** `ledger-run --task T` or `--plan FILE`. */
export async function start(call: Call): Promise<number> {
  const context = openContext(call);
  const plan = await planOf(call, context);
  const claim = newClaim(call, context, plan.task_id);
  const progress = watchRun(call);
  const top = workingTree(claim.workspace, call.io.cwd);
  const given = { plan, claim, top, reopens: call.args.isSet('reopen') };
  const answer = await startRun(given, driverOf(call, context, progress)).finally(progress.end);
  return concluded(call, plan.task_id, answer);
}

/** `resume <run>`. */
export async function resume(call: Call, name: string | undefined): Promise<number> {
  const context = openContext(call);
  const run = readRun(context.place, runNamed(name), call.warn);
  if (
    call.args.value('plan') !== undefined &&
    digest(await planOf(call, context)) !== run.started.plan_sha256
  ) {
    const message = `the plan is not the one that ${run.started.run} began with; the recorded plan holds`;
    throw new Failure('data', `${message}: resume without --plan, or begin a new run`);
  }
  const claim = recordedClaim(call, context, run);
  const progress = watchRun(call);
  const given = { claim, named: run.started.run, isStrict: call.args.isSet('strict-snapshot') };
  const answer = await resumeRun(given, driverOf(call, context, progress)).finally(progress.end);
  return concluded(call, claim.taskId, answer);
}

function concluded(call: Call, taskId: string, answer: { run: string; ending: Ending } | Refusal): number {
  if (isRefusal(answer)) return printRefusal(call, taskId, answer);
  const { run, ending } = answer;
  const isResumable = ending !== 'completed';
  const how = {
    completed: '',
    failed: 'failed',
    lost: 'stopped, its lease is lost',
    interrupted: 'was interrupted',
  };
  if (isResumable) call.warn(`${run} ${how[ending]}; go on with "ledger-run resume ${run}"`);
  return STATUS[ending];
}

/** `abort <run>`. */
export async function abort(call: Call, name: string | undefined): Promise<number> {
  const context = openContext(call);
  const run = readRun(context.place, runNamed(name), call.warn);
  const claim = recordedClaim(call, context, run);
  const reason = call.args.value('reason') ?? 'no reason given';
  if (Buffer.byteLength(reason) > 1000) throw new Failure('data', '--reason is longer than 1000 bytes');
  await abortRun(claim, run.started.run, reason, call.warn);
  if (!call.args.isSet('quiet')) call.io.print(`${run.started.run} is aborted\n`);
  return EXIT.done;
}
