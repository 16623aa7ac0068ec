/** The plan of a run: from a file, or the default stages. */
import { Failure } from '../../failure.js';
import { parseJsonObject } from '../../record/json.js';
import { DEFAULT_PLAN } from '../../runs/default-plan.js';
import { checkPlan, type Plan } from '../../runs/plan.js';
import { parseYaml } from '../../runs/yaml.late.js';
import { taskOf } from '../claims/subject.js';
import type { Call } from '../command.js';
import type { Context } from '../context.js';
import { readInput } from '../input.js';

/** @throws Failure `usage` without a task, `missing`, `data` */
export async function planOf({ args, io }: Call, { config }: Context): Promise<Plan> {
  const path = args.value('plan');
  const task = args.value('task');
  const taskId = task === undefined ? undefined : taskOf(task);
  if (path === undefined && taskId === undefined) {
    throw new Failure('usage', 'what is to be run? give --task, or --plan');
  }
  const value = path === undefined ? DEFAULT_PLAN : await parsePlan(await readInput(path, io), path);
  const plan = checkPlan(value, { taskId, agents: config.runs.agents });
  return { ...plan, task_id: taskOf(plan.task_id) };
}

/** JSON is YAML too, but what it loses is only noticed as JSON. */
async function parsePlan(text: string, path: string): Promise<unknown> {
  const what = path === '-' ? 'standard input' : path;
  if (!/\.ya?ml$/i.test(path) && text.trimStart().startsWith('{')) return parseJsonObject(text, what);
  if (/\.json$/i.test(path)) return parseJsonObject(text, what);
  const parsed = parseYaml(text);
  if ('problem' in parsed) throw new Failure('data', `${what} is not YAML: ${parsed.problem}`);
  return parsed.value;
}
