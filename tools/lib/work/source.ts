/** Where tasks come from. */
import type { WorkTask } from '../workplans/ready.js';
import type { TaskStatus } from '../workplans/task-status.js';

export interface WorkSource {
  /** The tasks that there are now, in their order. */
  list(): Promise<WorkTask[]>;
  /**
   * An attempt begins; the lease is held.
   * @returns the task as it is from now on; undefined when it is no longer there
   */
  begin(task: WorkTask): WorkTask | undefined;
  /** What an attempt came to; `todo` when the task is to be tried again. */
  end(task: WorkTask, status: TaskStatus): void;
  /** A task is done or cancelled without us. */
  tidy(task: WorkTask, status: TaskStatus): void;
  /** Makes known what was not yet: between tasks, and when there is nothing to do. */
  flush(): Promise<void>;
}
