/** The verbs of `ledger-run` that read. They change nothing. */
import { Failure } from '../../failure.js';
import { visible } from '../../record/ids.js';
import type { Place } from '../../root/workspace.js';
import type { RunFold } from '../../runs/move.js';
import { isDriven, readRun } from '../../runs/open.js';
import { listRuns, runDirectory } from '../../runs/places.js';
import { verifyRun } from '../../runs/verify.js';
import { type RunState, stateOf } from '../../runs/view.js';
import type { Call } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { runNamed } from './subject.js';

/** `list`: every run, the newest last. */
export function list(call: Call): number {
  const { args, io, warn } = call;
  const { place } = openContext(call);
  for (const id of listRuns(place)) {
    const run = tryRead(place, id, warn);
    if (!run) continue;
    const state = stateOf(run);
    io.print(args.isSet('json') ? jsonOf(place, state) : `${visible(sentenceOf(place, state))}\n`);
  }
  return EXIT.done;
}

/** A run that was never begun is no run. */
function tryRead(place: Place, id: string, warn: Call['warn']): RunFold | undefined {
  try {
    return readRun(place, id, warn);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'missing') return undefined;
    throw error;
  }
}

/** `show <run>`: its steps, and what the last of them that failed printed. */
export function show(call: Call, name: string | undefined): number {
  const { args, io, warn } = call;
  const { place } = openContext(call);
  const run = readRun(place, runNamed(name), warn);
  const state = stateOf(run);
  if (args.isSet('json')) io.print(jsonOf(place, state));
  else io.print(`${[sentenceOf(place, state), ...state.steps.map(stepLine)].map(visible).join('\n')}\n`);
  return EXIT.done;
}

function jsonOf(place: Place, state: RunState): string {
  return `${JSON.stringify({ ...state, is_driven: isBeingDriven(place, state) })}\n`;
}

function isBeingDriven(place: Place, { run, status }: RunState): boolean {
  return status === 'running' && isDriven(place, run);
}

/** `run-…  T-1  interrupted  2/3 steps  2026-…`. */
function sentenceOf(place: Place, state: RunState): string {
  const { run, task_id, status, reason, steps, updated_at } = state;
  const done = steps.filter(step => step.status === 'done').length;
  const shown = status === 'running' && !isBeingDriven(place, state) ? 'interrupted' : status;
  const why = reason === null ? '' : `  ${reason}`;
  return `${run}  ${task_id}  ${shown}  ${done}/${steps.length} steps  ${updated_at}${why}`;
}

function stepLine({
  id,
  agent,
  action,
  status,
  iteration,
  attempt,
  outcome,
}: RunState['steps'][number]): string {
  const tries = attempt > 1 ? `, attempt ${attempt}` : '';
  const asked = outcome === 'changes_requested' ? ', asked for changes' : '';
  return `  ${id}  ${status}${asked}  iteration ${iteration}${tries}  ${agent}: ${action}`;
}

/** `verify <run>`: every receipt and every file that one names. */
export function verify(call: Call, name: string | undefined): number {
  const { args, io, warn } = call;
  const { place } = openContext(call);
  const run = readRun(place, runNamed(name), warn);
  const proofs = verifyRun(run, runDirectory(place, run.started.run));
  for (const { subject, kind, problem = null } of proofs) {
    if (args.isSet('json')) io.print(`${JSON.stringify({ kind, subject, problem })}\n`);
    else if (problem !== null) io.print(`${visible(`${kind} ${subject}: ${problem}`)}\n`);
  }
  return proofs.some(({ problem }) => problem !== undefined) ? EXIT.no : EXIT.done;
}
