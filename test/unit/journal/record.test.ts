import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statusPath } from '../../../tools/lib/status/store.js';
import { type Recorder, recorder } from '../../support/recorder.js';

function statusOf({ workspace }: Recorder): Record<string, unknown> {
  return JSON.parse(readFileSync(statusPath(workspace.root, 'cls'), 'utf8'));
}

test('the status follows the log when it is asked to', () => {
  const recording = recorder({ updatesStatus: true });
  const { record, clock } = recording;
  const states = ['task_start', 'info', 'error', 'heartbeat', 'task_result'].map(event => {
    clock.advanceMs(1000);
    record({ event, task_id: 'T-9' });
    return statusOf(recording).state;
  });
  expect(states).toEqual(['busy', 'busy', 'error', 'error', 'idle']);
  expect(statusOf(recording)).toMatchObject({
    ...{ agent: 'cls', last_task_id: 'T-9', session_id: '2026-11-24_cls_001', last_error: null },
    ...{ last_heartbeat: '2026-11-24T10:00:05.000+00:00', updated_at: '2026-11-24T10:00:05.000+00:00' },
  });
});

test('the status is not touched when it is not asked to, nor when every draft is refused', () => {
  const quiet = recorder();
  quiet.record({ event: 'task_start' });
  expect(existsSync(statusPath(quiet.workspace.root, 'cls'))).toBe(false);
  const refusing = recorder({ updatesStatus: true });
  refusing.recordAll([{ event: 'BAD' }]);
  expect(existsSync(statusPath(refusing.workspace.root, 'cls'))).toBe(false);
});

test('an event that was there already changes no status', () => {
  const recording = recorder({ updatesStatus: true });
  recording.record({ event: 'task_start', idempotency_key: 'k' });
  recording.clock.advanceMs(1000);
  recording.record({ event: 'task_result' });
  recording.record({ event: 'task_start', idempotency_key: 'k' });
  expect(statusOf(recording)).toMatchObject({ state: 'idle' });
});

test('an event that was there already brings a status up that a crash left behind', () => {
  const recording = recorder({ updatesStatus: true });
  recording.record({ event: 'task_result' });
  const path = statusPath(recording.workspace.root, 'cls');
  const before = readFileSync(path);
  recording.clock.advanceMs(1000);
  recording.record({ event: 'task_start', idempotency_key: 'k' });
  writeFileSync(path, before);
  recording.record({ event: 'task_start', idempotency_key: 'k' });
  expect(statusOf(recording)).toMatchObject({ state: 'busy' });
});

test('a status that cannot be written is told of, and the event is written all the same', () => {
  const recording = recorder({ updatesStatus: true });
  mkdirSync(statusPath(recording.workspace.root, 'cls'), { recursive: true });
  expect(recording.record({ event: 'task_start' }).event.seq).toBe(1);
  expect(recording.warnings).toEqual([
    expect.stringMatching(/is written, but the status of cls is not: cannot read/),
  ]);
});

test('an import of old events does not move the status back', () => {
  const recording = recorder({ updatesStatus: true });
  recording.record({ event: 'task_start' });
  recording.recordAll([{ event: 'task_result', ts: '2025-11-16T10:00:00+07:00' }]);
  expect(statusOf(recording)).toMatchObject({ state: 'busy' });
});

test('a batch makes one status, of its newest event', () => {
  const recording = recorder({ updatesStatus: true });
  recording.recordAll([
    { event: 'task_start' },
    { event: 'task_result' },
    { event: 'error', summary: 'boom' },
  ]);
  expect(statusOf(recording)).toMatchObject({ state: 'error', last_error: 'boom' });
});

test('a status that is no JSON is set aside, not overwritten', () => {
  const recording = recorder({ updatesStatus: true });
  recording.record({ event: 'task_start' });
  const path = statusPath(recording.workspace.root, 'cls');
  writeFileSync(path, '{"torn');
  recording.clock.advanceMs(1000);
  recording.record({ event: 'heartbeat' });
  expect(statusOf(recording)).toMatchObject({ state: 'busy', last_task_id: 'T-1' });
  expect(recording.warnings).toEqual([
    expect.stringMatching(/status of cls was not JSON; it is kept as .*damaged-/),
  ]);
});
