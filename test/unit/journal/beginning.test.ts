import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Beginning, findBeginning, type Present } from '../../../tools/lib/journal/beginning.js';
import { recordEvent } from '../../../tools/lib/journal/record.js';
import { reportStatus } from '../../../tools/lib/journal/report-status.js';
import { readStatus } from '../../../tools/lib/status/store.js';
import { appendLines, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const sessionIdleMs = 12 * 3_600_000;
const options = { sessionIdleMs, warn: () => undefined, updatesStatus: true };

interface More {
  session_id?: string;
  updatesStatus?: boolean;
}

/** An agent that acts, and what `findBeginning` says of it. */
function acting() {
  const clock = testClock('2026-11-24T10:00:00.000Z');
  const workspace = temporaryWorkspace(clock);
  const whose = { root: workspace.root, agent: 'cls', writer: undefined, sessionIdleMs };
  return {
    clock,
    workspace,
    act: (event: string, task_id: string, data = {}, more: More = {}): string => {
      const { session_id, updatesStatus = true } = more;
      clock.advanceMs(60_000);
      const draft = {
        event,
        task_id,
        source: 'test',
        summary: event,
        data,
        ...(session_id && { session_id }),
      };
      return recordEvent(workspace, 'cls', draft, { ...options, updatesStatus }).event.id!;
    },
    report: (state: Present['state']) => {
      clock.advanceMs(60_000);
      reportStatus(workspace, 'cls', { at: new Date(clock.nowMs()).toISOString(), state }, options);
    },
    began: (): Beginning | undefined =>
      findBeginning(whose, readStatus(join(workspace.root, 'agents/cls/status.json')) as Present),
  };
}

test('a state began with the event that first said it', () => {
  const { act, began } = acting();
  act('task_start', 'T-1');
  const result = act('task_result', 'T-1');
  act('info', 'T-1');
  act('heartbeat', 'system');
  expect(began()).toEqual({ ts: '2026-11-24T10:02:00.000+00:00', id: result });
});

test('work that is reported again began when it was first; other work begins anew', () => {
  const { act, began } = acting();
  const first = act('task_start', 'T-1');
  act('task_start', 'T-1');
  act('task_start', 'system');
  expect(began()?.id).toBe(first);
  const other = act('task_start', 'T-2');
  expect(began()?.id).toBe(other);
  const again = act('task_start', 'T-1');
  expect(began()?.id).toBe(again);
});

test('work that goes on after midnight without its name began the day before', () => {
  const { act, began, clock } = acting();
  act('task_start', 'T-1');
  const first = act('task_start', 'T-2');
  clock.advanceMs(86_400_000);
  act('task_start', 'system');
  expect(began()?.id).toBe(first);
});

test('a state goes back over days', () => {
  const { act, began, clock } = acting();
  act('task_result', 'T-1');
  const first = act('error', 'T-1');
  clock.advanceMs(3 * 86_400_000);
  act('error', 'T-1');
  clock.advanceMs(86_400_000);
  act('info', 'T-1');
  expect(began()?.id).toBe(first);
});

test('a reported state and the end of the last session are beginnings', () => {
  const { act, began, report } = acting();
  act('task_start', 'T-1');
  report('idle');
  expect(began()?.ts).toBe('2026-11-24T10:02:00.000+00:00');
  const end = act('info', 'system', { session: 'end' });
  expect(began()?.id).toBe(end);
  const start = act('task_start', 'T-2');
  expect(began()?.id).toBe(start);
});

test('the end of a session is no beginning while another one is open, whenever that was opened', () => {
  const { act, began, clock } = acting();
  act('info', 'system', {}, { session_id: '2026-11-24_cls_001' });
  clock.advanceMs(10 * 3_600_000);
  act('info', 'system', {}, { session_id: '2026-11-24_cls_002' });
  clock.advanceMs(4 * 3_600_000);
  act('info', 'system', {}, { session_id: '2026-11-24_cls_001' });
  act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_002' });
  const last = act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_001' });
  expect(began()?.id).toBe(last);
});

test('an agent stays offline from its first end, whatever its sessions say after it', () => {
  const { act, began } = acting();
  act('task_result', 'T-1', {}, { session_id: '2026-11-24_cls_001' });
  const first = act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_001' });
  act('info', 'system', { session: 'start' }, { session_id: '2026-11-24_cls_002' });
  act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_002' });
  expect(began()?.id).toBe(first);
});

test('a session that was silent for long closed by itself', () => {
  const { act, began, clock } = acting();
  act('info', 'system', {}, { session_id: '2026-11-24_cls_001' });
  clock.advanceMs(sessionIdleMs);
  const first = act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_002' });
  act('info', 'system', { session: 'end' }, { session_id: '2026-11-24_cls_003' });
  expect(began()?.id).toBe(first);
});

test('events that the status was not told of are passed over', () => {
  const { act, began, workspace } = acting();
  const start = act('task_start', 'T-1');
  act('task_result', 'T-1', {}, { updatesStatus: false });
  expect(began()?.id).toBe(start);
  // It came late, when the status knew better.
  appendLines(
    workspace.root,
    'cls/2026-11-24.jsonl',
    eventLine({ ts: '2026-11-24T09:00:00Z', event: 'error' }),
  );
  expect(began()?.id).toBe(start);
});

test('a state that no event says has no beginning', () => {
  const { act, began, workspace } = acting();
  act('info', 'T-1');
  expect(began()).toBeUndefined();
  const present: Present = { state: 'busy', last_task_id: 'T-9', updated_at: '2026-11-25T00:00:00Z' };
  const whose = { root: workspace.root, agent: 'cls', sessionIdleMs };
  expect(findBeginning({ ...whose, writer: undefined }, present)).toBeUndefined();
  expect(findBeginning({ ...whose, writer: 'other-1' }, present)).toBeUndefined();
});

test("another writer's state begins in the copies of its files", () => {
  const { workspace } = acting();
  const line = (ts: string, event: string): string => eventLine({ ts, event });
  appendLines(workspace.root, 'cls/2026-11-23.far-1.jsonl', line('2026-11-23T09:00:00Z', 'task_result'));
  appendLines(workspace.root, 'cls/2026-11-24.far-1.jsonl', line('2026-11-24T09:00:00Z', 'task_start'));
  appendLines(workspace.root, 'cls/2026-11-24.far-1.2.jsonl', line('2026-11-24T09:05:00Z', 'task_start'));
  const present: Present = { state: 'busy', last_task_id: 'T-1', updated_at: '2026-11-24T10:00:00Z' };
  const whose = { root: workspace.root, agent: 'cls', writer: 'far-1', sessionIdleMs };
  expect(findBeginning(whose, present)?.ts).toBe('2026-11-24T09:00:00Z');
});
