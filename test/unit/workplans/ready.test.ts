import { expect, test } from 'vitest';
import type { Lease } from '../../../tools/lib/claims/lease.js';
import { foldEvent, type Told } from '../../../tools/lib/workplans/progress.js';
import { TaskTable } from '../../../tools/lib/workplans/progress-cache.js';
import { queueOf, type WorkTask } from '../../../tools/lib/workplans/ready.js';
import { TaskProgress } from '../../../tools/lib/workplans/task-progress.js';
import type { TaskStatus } from '../../../tools/lib/workplans/task-status.js';
import { ownerNamed } from '../../support/claims.js';

type Event = Partial<Told> & { taskId: string };

function progressOf(events: Event[], held: Record<string, string> = {}): TaskProgress {
  const known = new TaskTable();
  for (const [index, event] of events.entries()) {
    foldEvent(known.open(event.taskId), { agent: 'cls', event: 'info', data: {}, atMs: index + 1, ...event });
  }
  const leases = Object.entries(held).map(([id, agent]): [string, Lease] => [id, leaseOf(id, agent)]);
  return new TaskProgress(known, new Map(leases));
}

function leaseOf(task_id: string, agent: string): Lease {
  const at = '2026-11-24T10:00:00.000Z';
  return {
    ...{
      task_id,
      ...ownerNamed(agent),
      lease_id: 'x',
      epoch: 1,
      acquired_at: at,
      expires_at: null,
      ttl_s: 0,
    },
    ...{ last_beat: at, beat: 0, reason: null, boot: null, mono_ms: 0, age_ms: 0 },
  };
}

function task(id: string, status: TaskStatus = 'todo', more: Partial<WorkTask> = {}): WorkTask {
  return { id, status, dependsOn: [], ...more };
}

function ready(tasks: WorkTask[], events: Event[] = [], held: Record<string, string> = {}): string {
  return queueOf(tasks, progressOf(events, held), ownerNamed('andy'))
    .ready.map(({ task }) => task.id)
    .join(' ');
}

test('by priority, then in their order; what failed before comes last', () => {
  const tasks = [
    task('A', 'todo', { priority: 'low' }),
    task('B'),
    task('C', 'todo', { priority: 'critical' }),
    task('D', 'todo', { priority: 'urgent' }),
    task('E', 'todo', { priority: 'high' }),
  ];
  expect(ready(tasks)).toBe('C E B D A');
  const failed = { event: 'error', taskId: 'C', data: { task_status: 'in_progress', attempt: 1 } };
  expect(ready(tasks, [failed])).toBe('E B D A C');
});

test('a task waits for what it depends on, also when that is known to the ledger alone', () => {
  const tasks = [
    task('A', 'todo', { dependsOn: ['B', 'X'] }),
    task('B', 'done'),
    task('C', 'todo', { dependsOn: ['A'] }),
  ];
  expect(ready(tasks)).toBe('');
  expect(ready(tasks, [{ taskId: 'X', event: 'task_result' }])).toBe('A');
  const { waiting } = queueOf(tasks, progressOf([]), ownerNamed('andy'));
  expect(waiting.map(({ task, unmet }) => [task.id, unmet])).toEqual([
    ['A', ['X']],
    ['C', ['A']],
  ]);
});

test('a task that depends on itself is never ready', () => {
  expect(ready([task('A', 'todo', { dependsOn: ['B'] }), task('B', 'todo', { dependsOn: ['A'] })])).toBe('');
});

test.each([
  ['done in the file', task('A', 'done'), [], ''],
  ['done in the ledger', task('A'), [{ taskId: 'A', event: 'task_result' }], ''],
  ['cancelled', task('A', 'cancelled'), [], ''],
  ['blocked in the ledger', task('A', 'in_progress'), [{ taskId: 'A', event: 'error' }], ''],
  ['blocked in the file', task('A', 'blocked'), [{ taskId: 'A', event: 'task_start' }], ''],
  ['begun in the ledger', task('A'), [{ taskId: 'A', event: 'task_start' }], 'A'],
  ['begun in the file alone', task('A', 'in_progress'), [], ''],
  ['begun in both', task('A', 'in_progress'), [{ taskId: 'A', event: 'task_start' }], 'A'],
  ['assigned to another', task('A', 'todo', { assignee: 'cls' }), [], ''],
  ['assigned to us', task('A', 'todo', { assignee: 'andy' }), [], 'A'],
  [
    'done and reopened',
    task('A'),
    [
      { taskId: 'A', event: 'task_result' },
      { taskId: 'A', event: 'reopen' },
    ],
    'A',
  ],
  [
    'blocked and reopened',
    task('A', 'blocked'),
    [
      { taskId: 'A', event: 'error' },
      { taskId: 'A', event: 'reopen' },
    ],
    'A',
  ],
])('%s', (_name, item, events, expected) => {
  expect(ready([item], events)).toBe(expected);
});

test('what another holds is not ready; what we hold was left by our own crash', () => {
  expect(ready([task('A')], [], { A: 'cls' })).toBe('');
  expect(ready([task('A')], [{ taskId: 'A', event: 'task_start' }], { A: 'andy' })).toBe('A');
});

test('failures count from the last reopening on', () => {
  const failed = { event: 'error', taskId: 'A', data: { task_status: 'blocked', attempt: 3 } };
  const reopened = { taskId: 'A', event: 'reopen' };
  const { ready } = queueOf([task('A', 'blocked')], progressOf([failed, reopened]), ownerNamed('andy'));
  expect(ready).toMatchObject([{ failures: 0 }]);
});
