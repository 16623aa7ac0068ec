import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  foldEvent,
  joined,
  noProgress,
  type Progress,
  statusOf,
  type Told,
} from '../../../tools/lib/workplans/progress.js';
import { checkProperty } from '../../support/rounds.js';

function told(event: string, data: Told['data'] = {}, atMs = 1000): Told {
  return { taskId: 'T-1', agent: 'cls', event, data, atMs };
}

function fold(...events: Told[]): Progress {
  const progress = noProgress();
  for (const event of events) foldEvent(progress, event);
  return progress;
}

test.each([
  ['task_start', {}, 'in_progress'],
  ['task_result', {}, 'done'],
  ['task_result', { status: 'ok' }, 'done'],
  ['task_result', { status: 'success', exit_code: 0 }, 'done'],
  ['task_result', { exit_code: 2 }, 'blocked'],
  ['task_result', { status: 'failed' }, 'blocked'],
  ['task_result', { status: 'timeout' }, 'blocked'],
  ['task_result', { status: 'interrupted' }, 'in_progress'],
  ['task_result', { status: 'changes_requested' }, 'in_progress'],
  ['error', {}, 'blocked'],
  ['error', { status: 'failed' }, 'blocked'],
  ['error', { task_status: 'cancelled' }, 'cancelled'],
  ['task_result', { status: 'completed' }, 'done'],
  ['info', { status: 'blocked' }, 'blocked'],
  ['info', { status: 'ok' }, undefined],
  ['info', { state: 'busy' }, undefined],
  ['heartbeat', {}, undefined],
  ['info', { claim: { op: 'acquire', epoch: 1 } }, undefined],
  ['info', { claim: { op: 'complete', epoch: 1 } }, 'done'],
  ['later_kind', { task_status: 'done' }, 'done'],
])('%s %j says %s', (event, data, status) => {
  expect(statusOf(fold(told(event, data)))).toBe(status);
});

test('the newest of the highest rank counts', () => {
  expect(statusOf(fold(told('task_result', {}, 1), told('task_start', {}, 2)))).toBe('done');
  expect(statusOf(fold(told('error', {}, 1), told('task_start', {}, 2)))).toBe('in_progress');
  expect(statusOf(fold(told('task_start', {}, 2), told('error', {}, 1)))).toBe('in_progress');
  const cancelled = told('info', { task_status: 'cancelled' }, 3);
  expect(statusOf(fold(cancelled, told('task_result', {}, 2)))).toBe('cancelled');
});

test('only a reopening lowers a status', () => {
  const done = told('task_result', {}, 1);
  expect(statusOf(fold(done, told('info', { task_status: 'todo' }, 2)))).toBe('done');
  expect(statusOf(fold(done, told('reopen', {}, 2)))).toBe('todo');
  expect(statusOf(fold(done, told('reopen', { task_status: 'blocked' }, 2)))).toBe('blocked');
  expect(statusOf(fold(done, told('reopen', {}, 2), told('task_start', {}, 3)))).toBe('in_progress');
  expect(statusOf(fold(told('reopen', {}, 1), told('task_result', {}, 2)))).toBe('done');
});

test('to claim a completed task again is a reopening; to claim it at first is none', () => {
  const complete = told('info', { claim: { op: 'complete', epoch: 1 } }, 2);
  const again = told('info', { claim: { op: 'acquire', epoch: 2 } }, 3);
  expect(statusOf(fold(told('info', { claim: { op: 'acquire', epoch: 1 } }, 1), complete))).toBe('done');
  expect(statusOf(fold(complete, again))).toBe('in_progress');
  expect(statusOf(fold(again, complete))).toBe('in_progress');
  expect(statusOf(fold(complete, again, told('task_result', {}, 4)))).toBe('done');
});

const anyTold = fastCheck
  .tuple(
    fastCheck.constantFrom('task_start', 'task_result', 'error', 'reopen', 'info'),
    fastCheck.constantFrom<Told['data']>(
      ...[{}, { status: 'failed' }, { task_status: 'cancelled' }, { task_status: 'todo' }],
      ...[{ claim: { op: 'acquire', epoch: 2 } }, { claim: { op: 'complete', epoch: 1 } }],
    ),
  )
  .map(([event, data]) => ({ event, data }));

test('the order in which events arrive means nothing, nor under which of two ids', () => {
  checkProperty(
    fastCheck.property(
      fastCheck.array(anyTold, { maxLength: 8 }),
      fastCheck.infiniteStream(fastCheck.nat()),
      (parts, random) => {
        const events = parts.map(({ event, data }, index) => told(event, data, index + 1));
        const keyed = events.map(event => ({ event, key: random.next().value as number }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
        const half = Math.trunc(events.length / 2);
        const expected = statusOf(fold(...events));
        expect(statusOf(fold(...shuffled))).toBe(expected);
        expect(statusOf(joined(fold(...shuffled.slice(0, half)), fold(...shuffled.slice(half))))).toBe(
          expected,
        );
      },
    ),
  );
});
