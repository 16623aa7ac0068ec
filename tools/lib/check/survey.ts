/** The workplans that there are, read; and what can be told of them without the ledger. */
import { Failure } from '../failure.js';
import { type Candidate, findCandidates, type Git, type Repository } from '../workplans/find.js';
import type { Workplan, WorkplanTask } from '../workplans/parse.js';
import type { PlanFiles } from '../workplans/plan-files.js';
import { type Finding, finding, type Place } from './finding.js';

export interface SurveyedPlan extends Workplan {
  path: string;
  /** As it is shown. */
  shown: string;
  repository: Repository | undefined;
  isDirty: boolean;
  /** It was asked for; others are read only for what they refer to. */
  isAskedFor: boolean;
}

export interface Survey {
  plans: SurveyedPlan[];
  findings: Finding[];
}

export interface SurveyOptions {
  root: string;
  /** Absolute; the whole root when empty. */
  paths: string[];
  /** Also look into repositories within the root. */
  isAll: boolean;
  git: Git;
  files: PlanFiles;
  show(path: string): string;
}

/** @throws Failure `missing` when a path is not there */
export async function survey(options: SurveyOptions): Promise<Survey> {
  const { root, paths, isAll, git } = options;
  const asked = paths.length > 0 ? await findAll(paths, git, isAll) : undefined;
  const whole = [...(await findAll([root], git, isAll))].filter(
    ([, other]) => !isOtherWorktree(other, asked),
  );
  const candidates = new Map([...whole, ...(asked ?? [])]);
  const findings: Finding[] = [];
  const plans: SurveyedPlan[] = [];
  for (const [path, candidate] of [...candidates].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isAskedFor = asked === undefined || asked.has(path);
    const plan = await readPlan(candidate, isAskedFor, options, findings);
    if (plan) plans.push(plan);
  }
  options.files.keep();
  return { plans, findings: [...findings, ...planFindings(plans, options)] };
}

/** The same workplans checked out elsewhere are no second tasks. */
function isOtherWorktree({ repository }: Candidate, asked: Map<string, Candidate> | undefined): boolean {
  const tops = [...(asked?.values() ?? [])].flatMap(candidate => candidate.repository ?? []);
  const ofSame = tops.filter(({ commonDirectory }) => commonDirectory === repository?.commonDirectory);
  return ofSame.length > 0 && !ofSame.some(({ top }) => top === repository?.top);
}

async function findAll(paths: string[], git: Git, isAll: boolean): Promise<Map<string, Candidate>> {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    for (const candidate of await findCandidates(path, git, isAll)) found.set(candidate.path, candidate);
  }
  return found;
}

async function readPlan(
  candidate: Candidate,
  isAskedFor: boolean,
  { files, show }: SurveyOptions,
  findings: Finding[],
): Promise<SurveyedPlan | undefined> {
  const { path, repository, isDirty } = candidate;
  try {
    const plan = await files.read(candidate);
    return plan && { ...plan, path, shown: show(path), repository, isDirty, isAskedFor };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isAskedFor) findings.push(finding('C-00', { path: show(path), line: 1 }, error.message));
    return undefined;
  }
}

function planFindings(plans: SurveyedPlan[], { root, paths, show }: SurveyOptions): Finding[] {
  const asked = plans.filter(({ isAskedFor }) => isAskedFor);
  if (asked.length === 0) {
    const where = { path: show(paths[0] ?? root), line: 1 };
    return [finding('C-01', where, 'there is no Markdown file with "type: workplan" in its frontmatter')];
  }
  return asked.flatMap(({ shown: path, problems }) =>
    problems.map(({ line, message }) => finding('C-02', { path, line }, message)),
  );
}

export interface PlacedTask {
  plan: SurveyedPlan;
  task: WorkplanTask;
}

/** Every task of the workplans. */
export function tasksOf(plans: SurveyedPlan[]): PlacedTask[] {
  return plans.flatMap(plan => plan.tasks.map(task => ({ plan, task })));
}

/** Of its status. */
export function placeOf({ plan, task }: PlacedTask): Place {
  return { path: plan.shown, line: task.place?.line ?? task.line };
}

/** A path as a person in `cwd` would write it; one that lies elsewhere as it is. */
export function shownFrom(cwd: string, path: string): string {
  if (path === cwd) return '.';
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}
