/**
 * Tasks from an inbox: a directory of work orders, one file each, that move along with their tasks:
 * `pending/` → `running/` → `done/` or `failed/`, each time by one rename. An order that lies directly in the
 * directory is pending, too. One that is in `running/` and held by nobody was left by somebody who died, and is
 * taken again. The lease decides who works; the place of the file only shows it.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listDirectory, makePrivate } from '../disk/directory.js';
import { fileSize } from '../disk/read.js';
import { renameFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import { taskIdOf } from '../workplans/parse.js';
import type { WorkTask } from '../workplans/ready.js';
import { rankOf, type TaskStatus } from '../workplans/task-status.js';
import { readWorkOrder } from '../workplans/work-order.js';
import type { WorkSource } from './source.js';

const ORDER = /^[^.].*\.(?:md|markdown|json|ya?ml|txt)$/i;
const README = /^readme\.md$/i;

export class InboxSource implements WorkSource {
  constructor(
    private readonly directory: string,
    private readonly warn: (message: string) => void,
  ) {}

  async list(): Promise<WorkTask[]> {
    return ['', 'pending', 'running'].flatMap(stage => this.ordersIn(stage));
  }

  begin(task: WorkTask): WorkTask | undefined {
    return this.move(task, 'running');
  }

  end(task: WorkTask, status: TaskStatus): void {
    const stage = status === 'blocked' ? 'failed' : rankOf(status) === 2 ? 'done' : 'pending';
    this.move(task, stage);
  }

  tidy(task: WorkTask, status: TaskStatus): void {
    this.end(task, status);
  }

  async flush(): Promise<void> {}

  private ordersIn(stage: string): WorkTask[] {
    const directory = join(this.directory, stage);
    return listDirectory(directory).flatMap(name => {
      const file = join(directory, name);
      if (!ORDER.test(name) || README.test(name) || fileSize(file) === undefined) return [];
      try {
        const { taskId, title, priority } = readWorkOrder(file);
        return [{ id: taskIdOf(taskId), title, priority, dependsOn: [], status: 'todo', file }];
      } catch (error) {
        // It was moved meanwhile, or names no task.
        if (!(error instanceof Failure)) throw error;
        if (error.kind !== 'missing') this.warn(`${file} is passed over: ${error.message}`);
        return [];
      }
    });
  }

  /** @returns undefined when the order is gone */
  private move(task: WorkTask, stage: string): WorkTask | undefined {
    const { file } = task;
    const directory = join(this.directory, stage);
    makePrivate(directory);
    if (file === undefined || !existsSync(file)) return undefined;
    const target = freeName(directory, basename(file), file);
    if (target !== file) renameFile(file, target);
    return { ...task, file: target };
  }
}

/** A name that no other order has there. */
function freeName(directory: string, name: string, present: string): string {
  const dot = name.lastIndexOf('.');
  for (let number = 1; ; number++) {
    const path = join(directory, number === 1 ? name : `${name.slice(0, dot)}.${number}${name.slice(dot)}`);
    if (path === present || !existsSync(path)) return path;
  }
}
