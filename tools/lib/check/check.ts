/**
 * Checking workplans against the ledger. A report reads; `fixes` also writes, in this order, each step behind the
 * gate of its repository: what a crash left is finished, statuses of files that are ahead are recorded, statuses
 * that the ledger knows are written back and committed.
 */
import { timestampNow } from '../clock.js';
import { Failure } from '../failure.js';
import { lineCommittedMs } from '../git/markdown-files.js';
import type { GitPlace } from '../root/find.js';
import { readForeignLeases } from '../sync/claims/foreign-leases.js';
import { attempt } from '../workplans/commit-files.js';
import { type Gate, openGate } from '../workplans/gate.js';
import { PlanFiles } from '../workplans/plan-files.js';
import { recoverWriteback } from '../workplans/recover.js';
import { type TaskProgress, TaskProgressReader } from '../workplans/task-progress.js';
import { holdWritebacks } from '../workplans/writeback-lock.js';
import type { Checked, CheckOptions, Fix } from './check-options.js';
import { type Compared, compare, isDoubtful, isPlainlyInStep } from './compare.js';
import { type Finding, finding } from './finding.js';
import { gateFindings } from './gate-finding.js';
import { amendAll, type PlanDrift, recordStatus, writeBackAll } from './mend.js';
import { duplicateFindings, indexTasks, referenceFindings, strayFindings, type TaskIndex } from './relate.js';
import { type PlacedTask, placeOf, type Survey, survey, tasksOf } from './survey.js';

/** @throws Failure `contention` when another check is at work, `missing` when a path is not there */
export async function checkWorkplans(options: CheckOptions): Promise<Checked> {
  if (!options.fix) return run(options);
  const lock = holdWritebacks(options.place);
  if (lock === undefined) throw new Failure('contention', 'another ledger-check is at work here; it will do');
  try {
    return await run(options);
  } finally {
    lock.release();
  }
}

async function run(options: CheckOptions): Promise<Checked> {
  const recovered = options.fix ? await recover(options) : [];
  const files = new PlanFiles(options.place, options.clock.nowMs());
  const surveying = survey({ ...options, root: options.place.root, files });
  // Meanwhile git lists the files.
  const progress = new TaskProgressReader(options.place, options, readForeignLeases).read();
  files.prepare();
  let surveyed = await surveying;
  const gates = await openGates(surveyed, options);
  if ([...gates.values()].some(({ hasPulled }) => hasPulled)) {
    surveyed = await survey({
      ...{ ...options, root: options.place.root },
      files: new PlanFiles(options.place, options.clock.nowMs()),
    });
  }
  const tasks = tasksOf(surveyed.plans);
  const index = indexTasks(tasks);
  const { findings: compared, drifts } = await compareAll({ tasks, ...index }, progress, options);
  const mended = options.fix ? await mend(options, options.fix, drifts, gates) : [];
  const findings = [
    ...[recovered, surveyed.findings, ...[...gates.values()].map(gate => gate.findings)],
    ...[
      dirtyFindings(surveyed),
      duplicateFindings(tasks, index),
      mended,
      compared,
      referenceFindings(tasks, index, progress),
    ],
    options.paths.length === 0 ? strayFindings(tasks, index, progress) : [],
  ];
  const plans = surveyed.plans.filter(({ isAskedFor }) => isAskedFor);
  const count = plans.reduce((sum, { tasks: { length } }) => sum + length, 0);
  return { findings: inOrder(findings.flat()), plans: plans.length, tasks: count };
}

/** What a crash left is finished before anything else is looked at. */
async function recover({ place, git, warn, show }: CheckOptions): Promise<Finding[]> {
  const outcome = await attempt(() => recoverWriteback({ place, git }));
  if (outcome instanceof Failure) {
    const message = `an earlier writeback was cut off and cannot be finished now: ${outcome.message}`;
    return [finding('C-00', { path: show(place.root), line: 1 }, message)];
  }
  if (outcome !== undefined) warn(outcome);
  return [];
}

type OpenedGate = Gate & { shown: string; repository: GitPlace; findings: Finding[] };
type Gates = Map<string, OpenedGate>;

async function openGates({ plans }: Survey, { git, fix, pulls, show }: CheckOptions): Promise<Gates> {
  const gates: Gates = new Map();
  for (const { repository, isAskedFor } of plans) {
    if (!repository || !isAskedFor || gates.has(repository.top)) continue;
    const shown = show(repository.top);
    if (!fix && !pulls && repository.isEven) continue;
    const gateOptions = { writes: fix !== undefined, pulls };
    const gate = await openGate({ ...git, cwd: repository.top }, gateOptions);
    gates.set(repository.top, {
      ...gate,
      shown,
      repository,
      findings: gateFindings(gate, gateOptions, shown),
    });
  }
  return gates;
}

async function compareAll(
  { tasks, twice }: Pick<TaskIndex, 'twice'> & { tasks: PlacedTask[] },
  progress: TaskProgress,
  { git }: CheckOptions,
): Promise<{ findings: Finding[]; drifts: PlanDrift[] }> {
  const findings: Finding[] = [];
  const drifts: PlanDrift[] = [];
  for (const { plan, task } of tasks) {
    if (!plan.isAskedFor || twice.has(task.id)) continue;
    if (isPlainlyInStep(task, progress.statusOf(task))) continue;
    const place = placeOf({ plan, task });
    const compared: Compared = { task, place, progress: progress.of(task) };
    if (isDoubtful(compared) && plan.repository) {
      const call = { ...git, cwd: plan.repository.top };
      compared.writtenMs = await lineCommittedMs(call, plan.path, place.line);
    }
    const { findings: found, drift } = compare(compared);
    findings.push(...found);
    if (drift) drifts.push({ ...drift, plan });
  }
  return { findings, drifts };
}

/** C-15. */
function dirtyFindings({ plans }: Survey): Finding[] {
  return plans.flatMap(({ isDirty, isAskedFor, shown: path }) =>
    isDirty && isAskedFor ? [finding('C-15', { path, line: 1 }, 'it has edits that are not committed')] : [],
  );
}

async function mend(options: CheckOptions, fix: Fix, drifts: PlanDrift[], gates: Gates): Promise<Finding[]> {
  const { git, place, clock } = options;
  const findings: Finding[] = [];
  const ready = drifts.filter(({ plan }) => !plan.isDirty && isOpen(plan, gates));
  const forward = ready.filter(({ kind }) => kind === 'file-ahead');
  if (forward.length > 0) {
    const mending = { workspace: fix.openForWriting(), agent: fix.agent, options: fix.record };
    for (const drift of forward) recordStatus(mending, drift);
  }
  const back = ready.filter(({ kind }) => kind === 'ledger-ahead');
  if (!fix.writesBack) {
    for (const drift of back) delete drift.finding.isDrift;
    return findings;
  }
  const today = timestampNow(clock).slice(0, 10);
  for (const gate of gates.values()) {
    const own = back.filter(({ plan }) => plan.repository?.top === gate.repository.top);
    if (own.length === 0 || gate.state !== 'open') continue;
    const writing = { place, repository: gate.repository, git, today };
    findings.push(...(await writeBackAll(writing, own, gate)));
  }
  const loose = back.filter(({ plan }) => plan.repository === undefined);
  return [...findings, ...(await amendAll(loose))];
}

/** Whether anything may be written about a workplan: commits that wait are no reason against recording. */
function isOpen({ repository }: PlacedTask['plan'], gates: Gates): boolean {
  const state = repository && gates.get(repository.top)?.state;
  return state === undefined || state === 'open' || state === 'waiting';
}

function inOrder(findings: Finding[]): Finding[] {
  const key = ({ path, line, code }: Finding): string => `${path}\0${String(line).padStart(9, '0')}${code}`;
  return findings
    .map(found => ({ found, key: key(found) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ found }) => found);
}
