import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../../tools/lib/record/event.js';
import { type AgentStatus, applyReport, isNews, isState, reportOf } from '../../../tools/lib/status/fold.js';

const status: AgentStatus = {
  agent: 'cls',
  state: 'busy',
  last_heartbeat: '2026-11-24T10:00:00.500+00:00',
  last_task_id: 'T-1',
  session_id: '2026-11-24_cls_001',
  last_error: null,
  updated_at: '2026-11-24T10:00:00.500+00:00',
};
const LATER = '2026-11-24T10:05:00.000+00:00';

const eventOf = (changes: Partial<LedgerEvent>): LedgerEvent => ({
  ...{ ts: LATER, agent: 'cls', session_id: '2026-11-24_cls_001', event: 'info', task_id: 'T-2' },
  ...{ source: 'test', summary: 'what happened', data: {} },
  ...changes,
});
const afterEvent = (
  changes: Partial<LedgerEvent>,
  openSessions = 1,
  before = status,
): AgentStatus | undefined => applyReport('cls', before, reportOf(eventOf(changes), openSessions));

describe('what an event says', () => {
  test.each([
    [
      { event: 'task_start' },
      { state: 'busy', last_task_id: 'T-2', last_heartbeat: LATER, updated_at: LATER },
    ],
    [{ event: 'task_result' }, { state: 'idle', last_task_id: 'T-2' }],
    [{ event: 'error' }, { state: 'error', last_task_id: 'T-2', last_error: 'what happened' }],
    [{ event: 'info' }, { state: 'busy', last_task_id: 'T-1' }],
    [{ event: 'heartbeat' }, { state: 'busy', last_task_id: 'T-1', last_heartbeat: LATER }],
    [
      { event: 'task_start', task_id: 'system' },
      { state: 'busy', last_task_id: 'T-1' },
    ],
    [{ event: 'something_new' }, { state: 'busy' }],
    [{ data: { state: 'offline' } }, { state: 'offline' }],
    [{ data: { state: 'error', last_error: 'disk' } }, { state: 'error', last_error: 'disk' }],
    [{ data: { state: 'sleeping' } }, { state: 'busy' }],
    [{ session_id: '2026-11-24_cls_002' }, { session_id: '2026-11-24_cls_002' }],
  ])('%j', (changes, expected) => {
    expect(afterEvent(changes)).toMatchObject(expected);
  });

  test('a heartbeat does not turn busy into idle, nor clear an error', () => {
    const failed = afterEvent({ event: 'error' })!;
    const beat = { event: 'heartbeat', ts: '2026-11-24T10:06:00.000+00:00' };
    expect(afterEvent(beat, 1, failed)).toMatchObject({ state: 'error', last_error: 'what happened' });
  });

  test('the next task clears the error', () => {
    const failed = afterEvent({ event: 'error' })!;
    const next = { event: 'task_start', ts: '2026-11-24T10:06:00.000+00:00' };
    expect(afterEvent(next, 1, failed)).toMatchObject({ state: 'busy', last_error: null });
  });

  test('the end of the last open session makes offline, an earlier one does not', () => {
    expect(afterEvent({ data: { session: 'end' } }, 1)).toMatchObject({ state: 'busy' });
    expect(afterEvent({ data: { session: 'end' } }, 0)).toMatchObject({ state: 'offline' });
    const late = { ts: '2020-01-01T00:00:00.000Z', data: { session: 'end' } };
    expect(afterEvent(late, 0)).toMatchObject({ state: 'offline' });
  });

  test('a heartbeat given with a state is when it was true', () => {
    const at = '2026-11-24T10:04:00+00:00';
    expect(afterEvent({ data: { state: 'idle', last_heartbeat: at } })).toMatchObject({ last_heartbeat: at });
  });

  test.each(['not a date', '', 5, null, '2026-02-30T00:00:00Z'])('a heartbeat %j is none', last_heartbeat => {
    expect(afterEvent({ data: { state: 'idle', last_heartbeat } })).toMatchObject({ last_heartbeat: LATER });
  });

  test('a heartbeat far after its event does not silence what comes later', () => {
    const after = afterEvent({ data: { state: 'idle', last_heartbeat: '9999-01-01T00:00:00Z' } });
    expect(after).toMatchObject({ state: 'idle', updated_at: LATER });
  });
});

describe('what is older changes nothing', () => {
  test.each([
    ['2026-11-24T10:00:00.499+00:00', false],
    ['2026-11-24T10:00:00.500+00:00', true],
    ['2026-11-24T17:00:00.499+07:00', false],
    ['2026-11-24T17:00:00.500+0700', true],
    ['2026-11-24T09:59:59+00:00', false],
    ['2026-11-24T10:00:00+00:00', true], // cut by `date -Iseconds`: it may have been 10:00:00.999
    ['2025-11-16T10:00:00+07:00', false],
  ])('%s', (at, isApplied) => {
    expect(applyReport('cls', status, { at, state: 'idle' }) !== undefined).toBe(isApplied);
  });

  test('a report in whole seconds does not move the times back', () => {
    const after = applyReport('cls', status, { at: '2026-11-24T10:00:00Z', state: 'idle' });
    expect(after).toMatchObject({
      state: 'idle',
      last_heartbeat: status.last_heartbeat,
      updated_at: status.updated_at,
    });
  });

  test('the newer of the two times of a status counts', () => {
    const edited = { ...status, updated_at: '2020-01-01T00:00:00Z' };
    expect(applyReport('cls', edited, { at: '2026-11-24T09:00:00Z', state: 'idle' })).toBeUndefined();
  });
});

describe('the first report, and a status that was damaged', () => {
  test('without a status everything unknown is null and the state idle', () => {
    expect(applyReport('cls', undefined, { at: LATER })).toEqual({
      ...{ agent: 'cls', state: 'idle', last_heartbeat: LATER, last_task_id: null },
      ...{ session_id: null, last_error: null, updated_at: LATER },
    });
  });

  test('times and states that are none are not believed', () => {
    const damaged = { state: 'flying', updated_at: 'yesterday', last_heartbeat: 7 } as unknown as AgentStatus;
    expect(applyReport('cls', damaged, { at: LATER })).toMatchObject({ state: 'idle', updated_at: LATER });
  });

  test('an error without words is an error', () => {
    expect(applyReport('cls', status, { at: LATER, state: 'error' })).toMatchObject({
      state: 'error',
      last_error: null,
    });
  });
});

test('news is more than a sign of life', () => {
  const beat = { ...status, last_heartbeat: LATER, updated_at: LATER };
  expect(isNews(status, beat)).toBe(false);
  expect(isNews(undefined, beat)).toBe(true);
  expect(isNews({ ...status, last_error: null }, { ...beat, state: 'idle' })).toBe(true);
  expect(isNews(status, { ...beat, last_task_id: 'T-9' })).toBe(true);
});

test('there are four states', () => {
  expect(['idle', 'busy', 'error', 'offline'].every(isState)).toBe(true);
  expect([undefined, null, '', 'Idle', 'constructor', 0].some(isState)).toBe(false);
});
