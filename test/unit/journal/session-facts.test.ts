import { expect, test } from 'vitest';
import { type SessionEvent, sessionEvent } from '../../../tools/lib/journal/session-event.js';
import { sessionFacts } from '../../../tools/lib/journal/session-facts.js';
import type { LedgerEvent } from '../../../tools/lib/record/event.js';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';

const session = { day: '2026-11-24', agent: 'cls', number: 1 };

function at(time: string, event: string, more: Partial<SessionEvent> = {}): SessionEvent {
  const ts = `2026-11-24T${time}+07:00`;
  return { ts, event, task_id: 'T-1', source: 'test', summary: event, endsSession: false, ...more };
}

const factsOf = (...events: SessionEvent[]) => sessionFacts(session, 'mbp-3f2a91c0', events);

test('a session has its span, its counts and its events in order', () => {
  const facts = factsOf(at('10:00:00', 'task_start'), at('10:00:05', 'info'), at('10:00:09', 'info'));
  expect(facts).toMatchObject({
    session_id: '2026-11-24_cls_001',
    writer: 'mbp-3f2a91c0',
    started_at: '2026-11-24T10:00:00+07:00',
    last_event_at: '2026-11-24T10:00:09+07:00',
    duration_ms: 9000,
    is_closed: false,
    total_events: 3,
    events: { task_start: 1, info: 2 },
  });
  expect(facts.timeline.map(({ event }) => event)).toEqual(['task_start', 'info', 'info']);
  expect(factsOf(at('10:00:00', 'info', { endsSession: true })).is_closed).toBe(true);
});

test('a task lasts as long as its result says, else from its start to its result', () => {
  const said = factsOf(at('10:00:00', 'task_start'), at('10:00:09', 'task_result', { duration_ms: 1234 }));
  expect(said.tasks).toMatchObject([{ duration_ms: 1234, status: 'done' }]);
  const measured = factsOf(at('10:00:00', 'task_start'), at('10:00:09', 'task_result'));
  expect(measured.tasks).toMatchObject([{ duration_ms: 9000, started_at: '2026-11-24T10:00:00+07:00' }]);
  const steppedBack = factsOf(at('10:00:09', 'task_start'), at('10:00:00', 'task_result'));
  expect(steppedBack.tasks).toMatchObject([{ duration_ms: null, status: 'done' }]);
  const startless = factsOf(at('10:00:09', 'task_result'));
  expect(startless.tasks).toMatchObject([{ duration_ms: null, started_at: null }]);
});

test('the status of a task is what its result says, else what its exit code means', () => {
  const status = (more: Partial<SessionEvent>) =>
    factsOf(at('10:00:00', 'task_result', more)).tasks[0]!.status;
  expect(status({ status: 'success', exit_code: 1 })).toBe('success');
  expect(status({ exit_code: 0 })).toBe('done');
  expect(status({ exit_code: 137 })).toBe('failed');
  expect(status({})).toBe('done');
  expect(factsOf(at('10:00:00', 'task_start')).tasks[0]!.status).toBe('open');
});

test('an error is listed, and is the last word on a task without a result only', () => {
  const start = at('10:00:00', 'task_start');
  const error = at('10:00:01', 'error', { error: 'exit 1', summary: 'tests failed' });
  const facts = factsOf(start, error);
  expect(facts.errors).toEqual([{ ts: error.ts, task_id: 'T-1', summary: 'tests failed', error: 'exit 1' }]);
  expect(facts.tasks).toMatchObject([{ status: 'error', finished_at: null, summary: 'tests failed' }]);
  expect(factsOf(start, error, at('10:00:02', 'task_result')).tasks).toMatchObject([{ status: 'done' }]);
});

test('an error that says how it ended is an outcome, as the hooks write it', () => {
  const start = at('10:00:00', 'task_start', { id: 'a' });
  const failed = at('10:00:05', 'error', { status: 'interrupted', parent_id: 'a', duration_ms: 4800 });
  const facts = factsOf(start, failed, at('10:00:06', 'task_start'), at('10:00:09', 'task_result'));
  expect(facts.tasks.map(({ status, duration_ms }) => [status, duration_ms])).toEqual([
    ['interrupted', 4800],
    ['done', 3000],
  ]);
  expect(facts.errors).toHaveLength(1);
});

test('a task started again is another attempt; a result ends the one it names, else the newest', () => {
  const first = at('10:00:00', 'task_start', { id: 'a' });
  const second = at('10:01:00', 'task_start', { id: 'b' });
  const newest = factsOf(first, second, at('10:02:00', 'task_result'));
  expect(newest.tasks.map(({ status, duration_ms }) => [status, duration_ms])).toEqual([
    ['open', null],
    ['done', 60_000],
  ]);
  const named = factsOf(first, second, at('10:02:00', 'task_result', { parent_id: 'a' }));
  expect(named.tasks.map(({ duration_ms }) => duration_ms)).toEqual([120_000, null]);
  const other = factsOf(first, at('10:02:00', 'task_result', { task_id: 'T-2' }));
  expect(other.tasks.map(({ task_id, status }) => [task_id, status])).toEqual([
    ['T-1', 'open'],
    ['T-2', 'done'],
  ]);
});

test('a task has the usage of its outcome, a session the sum of what is known', () => {
  const tokens = { input: 10, cached_input: 8, output: 2, reasoning: 1 };
  const facts = factsOf(
    at('10:00:00', 'task_result', { tokens, cost_usd: 0.25 }),
    at('10:00:01', 'error', { tokens, status: 'failed' }),
    at('10:00:02', 'task_result'),
  );
  expect(facts.tasks.map(({ tokens: used, cost_usd }) => [used?.input ?? null, cost_usd])).toEqual([
    [10, 0.25],
    [10, null],
    [null, null],
  ]);
  expect(facts.tokens).toEqual({ input: 20, cached_input: 16, output: 4, reasoning: 2 });
  expect(facts.cost_usd).toBe(0.25);
  expect(factsOf(at('10:00:00', 'task_result'))).toMatchObject({ tokens: null, cost_usd: null });
});

test('data of another type than the page names is no fact', () => {
  const data = { status: 7, exit_code: 'x', duration_ms: -1, error: {}, session: 'end' };
  const usage = { tokens: { input: 'x' }, cost_usd: -1 };
  const event = {
    ...at('10:00:00', 'task_result'),
    agent: 'cls',
    session_id: 's',
    data: { ...data, ...usage },
  };
  expect(sessionEvent(event as unknown as LedgerEvent, BUILT_IN)).toEqual(
    at('10:00:00', 'task_result', { endsSession: true }),
  );
});

test('event names of older tools, whatever they are, are counted', () => {
  expect(factsOf(at('10:00:00', '__proto__')).events).toEqual(JSON.parse('{"__proto__": 1}'));
});
