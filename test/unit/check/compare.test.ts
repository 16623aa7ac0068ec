import { expect, test } from 'vitest';
import { compare } from '../../../tools/lib/check/compare.js';
import { foldEvent, noProgress, type Told } from '../../../tools/lib/workplans/progress.js';
import { TASK_STATUSES, type TaskStatus } from '../../../tools/lib/workplans/task-status.js';
import { parsePlan, planText } from '../../support/workplans.js';

function compared(
  status: string,
  events: Partial<Told>[] | undefined,
  writtenMs?: number,
  more: string[] = [],
): string {
  const task = parsePlan(planText([{ id: 'T-1', status, more }]))!.tasks[0]!;
  const progress = events && noProgress();
  for (const [index, event] of (events ?? []).entries()) {
    foldEvent(progress!, { taskId: 'T-1', agent: 'cls', event: 'info', data: {}, atMs: index + 1, ...event });
  }
  const { findings, drift } = compare({ task, place: { path: 'a.md', line: 11 }, progress, writtenMs });
  const codes = findings.map(({ code }) => code).join();
  return drift ? `${codes} ${drift.kind} ${drift.known}` : codes;
}

const told = (status: TaskStatus): Partial<Told>[] => [{ data: { task_status: status } }];

test('every pair of statuses: what is ahead leads, and what has the same rank is left alone', () => {
  const table = TASK_STATUSES.map(file =>
    TASK_STATUSES.map(known => compared(file, told(known)) || '=').join(' | '),
  );
  expect(table).toEqual([
    '= | C-13 ledger-ahead in_progress | C-13 ledger-ahead blocked | C-13 ledger-ahead done | C-13 ledger-ahead cancelled',
    'C-10 file-ahead todo | = | C-18 | C-13 ledger-ahead done | C-13 ledger-ahead cancelled',
    'C-10 file-ahead todo | C-18 | = | C-13 ledger-ahead done | C-13 ledger-ahead cancelled',
    'C-10 file-ahead todo | C-10 file-ahead in_progress | C-10 file-ahead blocked | = | C-18',
    'C-10 file-ahead todo | C-10 file-ahead in_progress | C-10 file-ahead blocked | C-18 | =',
  ]);
});

test('a task that the ledger does not know', () => {
  expect(compared('todo', undefined)).toBe('C-11');
  expect(compared('todo', undefined, undefined, ['state_hub_task_id: H-1'])).toBe('C-03');
  expect(compared('done', undefined)).toBe('C-10 file-ahead todo');
  expect(compared('todo', [{}])).toBe('');
});

test('a reopening lowers a file that was not told of it, and not one that was set after it', () => {
  const reopened: Partial<Told>[] = [
    { event: 'task_result', atMs: 1000 },
    { event: 'reopen', atMs: 2000 },
  ];
  expect(compared('done', reopened, 1500)).toBe('C-13 ledger-ahead todo');
  expect(compared('done', reopened, 2500)).toBe('C-10 file-ahead todo');
  expect(compared('todo', reopened)).toBe('');
  expect(compared('done', [...reopened, { event: 'task_start', atMs: 3000 }], 1500)).toBe(
    'C-13 ledger-ahead in_progress',
  );
});

test('titles, and words of other tools', () => {
  expect(compared('done', [{ event: 'task_result', data: { title: 'Old' } }], 0, ['title: New'])).toBe(
    'C-05',
  );
  expect(compared('done', [{ event: 'task_result', data: { title: 'Same' } }], 0, ['title: Same'])).toBe('');
  expect(compared('completed', [{ event: 'task_result' }])).toBe('C-19');
});
