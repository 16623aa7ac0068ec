/** Tasks from a command: each line it prints is the id of a task, or a JSON object with `id` and more. */
import { builtin } from '../builtin.js';
import { Failure } from '../failure.js';
import { isJsonObject } from '../record/json.js';
import { taskIdOf } from '../workplans/parse.js';
import type { WorkTask } from '../workplans/ready.js';
import { statusNamed } from '../workplans/task-status.js';
import type { WorkSource } from './source.js';

const TIMEOUT_MS = 60_000;
const LONGEST_OUTPUT_BYTES = 16 * 1024 * 1024;

export class CommandSource implements WorkSource {
  /** @param argv the command and its arguments, not empty; no shell is involved */
  constructor(
    private readonly argv: string[],
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async list(): Promise<WorkTask[]> {
    const text = await this.output();
    return text.split('\n').flatMap(line => (line.trim() === '' ? [] : [parseTask(line.trim())]));
  }

  begin(task: WorkTask): WorkTask {
    return task;
  }

  end(): void {}

  tidy(): void {}

  async flush(): Promise<void> {}

  private output(): Promise<string> {
    const [file, ...args] = this.argv as [string, ...string[]];
    const options = { env: this.environment, timeout: TIMEOUT_MS, maxBuffer: LONGEST_OUTPUT_BYTES };
    return new Promise((resolve, reject) => {
      builtin('node:child_process').execFile(file, args, options, (error, stdout) => {
        if (error) reject(new Failure('data', `${file} gives no tasks: ${error.message.split('\n', 1)[0]}`));
        else resolve(stdout);
      });
    });
  }
}

/** @throws Failure `data` when a line is no task */
export function parseTask(line: string): WorkTask {
  if (!line.startsWith('{')) return { id: taskIdOf(line), dependsOn: [], status: 'todo' };
  const value = parseObject(line);
  const text = (key: string): string | undefined => {
    const field = value[key];
    return typeof field === 'string' || typeof field === 'number' ? String(field) : undefined;
  };
  const id = text('id') ?? text('task_id');
  if (id === undefined) throw new Failure('data', 'a line of the tasks command is an object without an "id"');
  const waits = value.depends_on;
  return {
    id: taskIdOf(id),
    title: text('title'),
    priority: text('priority')?.toLowerCase(),
    assignee: text('assignee'),
    dependsOn: (Array.isArray(waits) ? waits : []).filter(item => typeof item === 'string').map(taskIdOf),
    status: statusNamed(value.status) ?? 'todo',
  };
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Failure('data', 'a line of the tasks command begins like a JSON object and is none');
}
