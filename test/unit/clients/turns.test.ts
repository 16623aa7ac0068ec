/** One turn, one outcome: whoever tells it, however often, in whatever order. */
import { expect, test } from 'vitest';
import { readStatus, statusPath } from '../../../tools/lib/status/store.js';
import { eventsIn, payload, tell } from '../../support/deliver.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const claude = (name: string, changes = {}): string => payload(`claude-${name}.json`, changes);
const codex = (name: string, changes = {}): string => payload(`codex-${name}.json`, changes);

test('a whole session: opened, its turn timed, closed, and the agent offline', () => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  tell({ workspace }, claude('SessionStart'));
  tell({ workspace }, claude('UserPromptSubmit'));
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('busy');
  clock.advanceMs(4321);
  tell({ workspace }, claude('Stop'));
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('idle');
  tell({ workspace }, claude('SessionEnd'));
  const events = eventsIn(workspace.root);
  expect(events.map(({ event, session_id }) => `${event} ${session_id}`)).toEqual([
    ...['info', 'task_start', 'task_result', 'info'].map(name => `${name} 2026-11-24_cls_001`),
  ]);
  expect(events[2]!.data.duration_ms).toBe(4321);
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('offline');
});

test('hook and notify of one turn give one outcome, in either order', () => {
  for (const tellers of [
    [codex('Stop'), payload('codex-notify-argv.json')],
    [payload('codex-notify-argv.json'), codex('Stop')],
  ]) {
    const workspace = temporaryWorkspace();
    tell({ workspace, agent: 'andy' }, codex('UserPromptSubmit'));
    for (const text of [...tellers, ...tellers]) tell({ workspace, agent: 'andy' }, text);
    const events = eventsIn(workspace.root);
    expect(events.map(({ event }) => event)).toEqual(['task_start', 'task_result']);
  }
});

test('what is remembered may be lost: the keys still tell that the turn has its outcome', async () => {
  const { rmSync } = await import('node:fs');
  const workspace = temporaryWorkspace();
  tell({ workspace, agent: 'andy' }, codex('Stop'));
  rmSync(`${workspace.control}/clients`, { recursive: true });
  tell({ workspace, agent: 'andy' }, payload('codex-notify-argv.json'));
  expect(eventsIn(workspace.root)).toHaveLength(1);
});

test('a turn that fails is an error, and so is its status', () => {
  const workspace = temporaryWorkspace();
  const same = { session_id: 's', prompt_id: 'p' };
  tell({ workspace }, claude('UserPromptSubmit', same));
  tell({ workspace }, claude('StopFailure', same));
  expect(readStatus(statusPath(workspace.root, 'cls'))).toMatchObject({
    state: 'error',
    last_error: 'API Error: 400 stub failure',
  });
});

test('a session that ends with its turn open interrupts it', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, claude('SessionStart'));
  tell({ workspace }, claude('UserPromptSubmit'));
  tell({ workspace }, claude('SessionEnd'));
  const [, start, outcome, end] = eventsIn(workspace.root);
  expect(outcome).toMatchObject({ event: 'error', parent_id: start!.id, data: { status: 'interrupted' } });
  expect(end).toMatchObject({ event: 'info', data: { session: 'end' } });
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('offline');
});

test('Interrupt ends the turn, and the session that follows adds no second outcome', () => {
  const workspace = temporaryWorkspace();
  const same = { session_id: 's', turn_id: 't' };
  tell({ workspace, agent: 'andy' }, codex('UserPromptSubmit', same));
  tell({ workspace, agent: 'andy' }, codex('Interrupt', same));
  tell({ workspace, agent: 'andy' }, codex('SessionEnd', { session_id: 's' }));
  expect(eventsIn(workspace.root).map(({ event, data }) => [event, data.status])).toEqual([
    ['task_start', undefined],
    ['error', 'interrupted'],
    ['info', undefined],
  ]);
});

test('the next prompt ends a turn of which no end came', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, claude('UserPromptSubmit'));
  tell({ workspace }, claude('UserPromptSubmit', { prompt_id: 'second' }));
  const events = eventsIn(workspace.root);
  expect(events.map(({ event, data }) => [event, data.status])).toEqual([
    ['task_start', undefined],
    ['error', 'interrupted'],
    ['task_start', undefined],
  ]);
});

test('the last of two sessions makes the agent offline, the first does not', () => {
  const workspace = temporaryWorkspace();
  const second = { session_id: 'second', transcript_path: '/t/second.jsonl' };
  tell({ workspace }, claude('SessionStart'));
  tell({ workspace }, claude('SessionStart', second));
  tell({ workspace }, claude('SessionEnd'));
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).not.toBe('offline');
  tell({ workspace }, claude('SessionEnd', second));
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('offline');
  expect(new Set(eventsIn(workspace.root).map(({ session_id }) => session_id)).size).toBe(2);
});

test('a second end of a session, and steps after it, do not open it again', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, claude('SessionStart'));
  tell({ workspace }, claude('SessionEnd'));
  tell({ workspace }, claude('SessionEnd'));
  tell({ workspace }, claude('PreToolUse', { hook_event_name: 'SubagentStop' }));
  expect(eventsIn(workspace.root)).toHaveLength(3);
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('offline');
});

test('a resumed session is a new sitting; a compacted one goes on with its turn', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, claude('SessionStart'));
  tell({ workspace }, claude('SessionEnd'));
  tell({ workspace }, claude('SessionStart', { source: 'resume' }));
  tell({ workspace }, claude('UserPromptSubmit'));
  tell({ workspace }, claude('SessionStart', { source: 'compact' }));
  tell({ workspace }, claude('Stop'));
  expect(eventsIn(workspace.root).map(({ event, session_id }) => `${event} ${session_id.slice(-3)}`)).toEqual(
    [...['info 001', 'info 001', 'info 002', 'task_start 002', 'info 002', 'task_result 002']],
  );
});

test('LEDGER_TASK_ID and LEDGER_SESSION_ID name task and session', () => {
  const workspace = temporaryWorkspace();
  const asked = { workspace, taskId: 'T-7', sessionId: '2026-11-24_cls_042' };
  expect(tell(asked, claude('UserPromptSubmit'))[0]).toMatchObject({
    task_id: 'T-7',
    session_id: '2026-11-24_cls_042',
  });
});

test('a subagent is beside the turn, a notification a sign of life', () => {
  const workspace = temporaryWorkspace();
  const [start] = tell({ workspace }, claude('UserPromptSubmit'));
  const agent = {
    hook_event_name: 'SubagentStart',
    agent_id: 'a1',
    agent_type: 'Explore',
    tool_name: undefined,
  };
  const [note] = tell({ workspace }, claude('PreToolUse', agent));
  expect(note).toMatchObject({ event: 'info', parent_id: start!.id, summary: 'SubagentStart: Explore' });
  const notice = { hook_event_name: 'Notification', message: 'waiting', notification_type: 'idle' };
  expect(tell({ workspace }, claude('PreToolUse', notice))[0]).toMatchObject({
    event: 'heartbeat',
    summary: 'waiting',
  });
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('busy');
});

test('a second Stop of the same prompt adds only what the first did not say', () => {
  const workspace = temporaryWorkspace();
  const same = { session_id: '47566f45-ced6-40a6-8941-cf985a3bacba', prompt_id: 'p' };
  tell({ workspace }, claude('UserPromptSubmit', same));
  const [outcome] = tell({ workspace }, claude('Stop', same));
  expect(tell({ workspace }, claude('Stop', same))).toEqual([]);
  tell({ workspace }, claude('PostToolUse-Write', same));
  const [more] = tell({ workspace }, claude('Stop', same));
  expect(more).toMatchObject({
    ...{ event: 'info', parent_id: outcome!.id },
    data: { reconciles: outcome!.id, files_touched: ['new.txt'] },
  });
});

test('a payload without a session id makes events, and no two of them one', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, claude('Stop', { session_id: undefined }));
  tell({ workspace }, claude('Stop', { session_id: undefined }));
  expect(eventsIn(workspace.root).map(({ event }) => event)).toEqual(['task_result', 'task_result']);
});
