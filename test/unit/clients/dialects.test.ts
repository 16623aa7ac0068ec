/** Clients we have no recording of, by their documented payloads. */
import { expect, test } from 'vitest';
import { hearPayload } from '../../../tools/lib/cli/hook/native.js';
import type { ClientSignal } from '../../../tools/lib/clients/signal.js';
import { readStatus, statusPath } from '../../../tools/lib/status/store.js';
import { eventsIn, payload, tell } from '../../support/deliver.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

function signalOf(value: object): ClientSignal | undefined {
  const heard = hearPayload(JSON.stringify(value), 'cls_agent');
  return heard?.kind === 'signal' ? heard.signal : undefined;
}

const outcomes = (root: string): unknown[] =>
  eventsIn(root).map(({ event, source, summary, data }) => [event, source, summary, data.status]);

test('Cursor: the end of a turn says how it ended', () => {
  const base = { conversation_id: 'c1', generation_id: 'g1', workspace_roots: ['/w'], cursor_version: '2' };
  for (const [status, event, said] of [
    ['completed', 'task_result', 'ok'],
    ['aborted', 'error', 'interrupted'],
    ['error', 'error', 'failed'],
  ]) {
    const workspace = temporaryWorkspace();
    const say = (value: object) => tell({ workspace }, JSON.stringify({ ...base, ...value }));
    say({ hook_event_name: 'beforeSubmitPrompt', prompt: 'do it' });
    say({ hook_event_name: 'beforeShellExecution', command: 'ls' });
    say({ hook_event_name: 'afterFileEdit', file_path: '/w/src/a.ts', edits: [] });
    say({ hook_event_name: 'stop', status, loop_count: 0 });
    const events = eventsIn(workspace.root);
    expect(events.map(({ event: name }) => name)).toEqual(['task_start', event]);
    expect(events[1]).toMatchObject({ task_id: 'cursor-c1', source: 'cursor', data: { status: said } });
    expect(events[1]!.data.files_touched).toEqual(['src/a.ts']);
  }
});

test('Gemini CLI: a turn without a name', () => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  const say = (value: object) => {
    clock.advanceMs(1000);
    const timestamp = new Date(clock.nowMs()).toISOString();
    const base = { session_id: 'g-1', transcript_path: '/t/x.json', cwd: '/w', timestamp };
    return tell({ workspace }, JSON.stringify({ ...base, ...value }));
  };
  say({ hook_event_name: 'SessionStart', source: 'startup' });
  say({ hook_event_name: 'BeforeAgent', prompt: 'hello' });
  say({ hook_event_name: 'BeforeModel', llm_request: {} });
  say({ hook_event_name: 'AfterTool', tool_name: 'write_file', tool_input: { file_path: '/w/b.txt' } });
  say({ hook_event_name: 'AfterAgent', prompt: 'hello', prompt_response: 'done' });
  say({ hook_event_name: 'BeforeAgent', prompt: 'again' });
  say({ hook_event_name: 'SessionEnd', reason: 'exit' });
  expect(outcomes(workspace.root)).toEqual([
    ['info', 'gemini_cli', 'session started', undefined],
    ['task_start', 'gemini_cli', 'hello', undefined],
    ['task_result', 'gemini_cli', 'done', 'ok'],
    ['task_start', 'gemini_cli', 'again', undefined],
    ['error', 'gemini_cli', 'the session ended with the turn still open', 'interrupted'],
    ['info', 'gemini_cli', 'session ended', undefined],
  ]);
  expect(eventsIn(workspace.root)[2]!.data.files_touched).toEqual(['b.txt']);
});

test('Copilot CLI: its own hooks and the Claude settings of the project give one turn', () => {
  const workspace = temporaryWorkspace();
  const atMs = 1764000000000;
  const own = (value: object, ms: number) => ({
    sessionId: 'cp-1',
    timestamp: atMs + ms,
    cwd: '/w',
    ...value,
  });
  const claude = (value: object, ms: number) => ({
    ...{ session_id: 'cp-1', timestamp: new Date(atMs + ms).toISOString(), cwd: '/w' },
    ...value,
  });
  const twice = (a: object, b: object) => {
    for (const value of [a, b]) tell({ workspace }, JSON.stringify(value));
  };
  twice(own({ source: 'new' }, 0), claude({ hook_event_name: 'SessionStart', source: 'startup' }, 0));
  twice(own({ prompt: 'fix' }, 5), claude({ hook_event_name: 'UserPromptSubmit', prompt: 'fix' }, 5));
  const args = JSON.stringify({ path: '/w/c.ts' });
  tell({ workspace }, JSON.stringify(own({ toolName: 'edit', toolArgs: args, toolResult: {} }, 6)));
  twice(own({ stopReason: 'end_turn', transcriptPath: '/t' }, 9), claude({ hook_event_name: 'Stop' }, 9));
  twice(own({ reason: 'complete' }, 10), claude({ hook_event_name: 'SessionEnd', reason: 'other' }, 10));
  expect(outcomes(workspace.root)).toEqual([
    ['info', 'copilot_cli', 'session started', undefined],
    ['task_start', 'copilot_cli', 'fix', undefined],
    ['task_result', 'copilot_cli', 'turn completed', 'ok'],
    ['info', 'copilot_cli', 'session ended', undefined],
  ]);
  expect(eventsIn(workspace.root)[2]!.data.files_touched).toEqual(['c.ts']);
});

test('Copilot CLI: an error that it recovers from does not end the turn', () => {
  const error = { sessionId: 'x', timestamp: 1, error: { message: 'Network timeout' } };
  expect(signalOf(error)).toMatchObject({ kind: 'turn_failed', text: 'Network timeout' });
  expect(signalOf({ ...error, recoverable: true })).toMatchObject({ kind: 'other' });
});

test('opencode: messages are prompts, usage adds up by message, idle ends the turn', () => {
  const workspace = temporaryWorkspace();
  const say = (type: string, properties: object) => tell({ workspace }, JSON.stringify({ type, properties }));
  const answer = (id: string, input: number, cost: number) => ({
    info: {
      ...{ id, sessionID: 'ses_1', role: 'assistant', cost },
      tokens: { input, output: 3, reasoning: 1, cache: { read: 10, write: 5 } },
    },
  });
  say('session.created', { info: { id: 'ses_1', title: 'x' } });
  say('message.updated', { info: { id: 'msg_1', sessionID: 'ses_1', role: 'user' } });
  say('message.updated', { info: { id: 'msg_1', sessionID: 'ses_1', role: 'user' } });
  say('message.updated', answer('msg_2', 1, 0.1));
  say('message.updated', answer('msg_2', 7, 0.25));
  say('message.updated', answer('msg_3', 1, 0.5));
  say('message.part.updated', { part: { sessionID: 'ses_1', text: 'secret' } });
  say('tool.execute.after', { tool: 'write', sessionID: 'ses_1', args: { filePath: '/w/d.ts' } });
  say('session.idle', { sessionID: 'ses_1' });
  expect(outcomes(workspace.root)).toEqual([
    ['info', 'opencode', 'x', undefined],
    ['task_start', 'opencode', 'turn started', undefined],
    ['task_result', 'opencode', 'turn completed', 'ok'],
  ]);
  expect(eventsIn(workspace.root)[2]!.data).toMatchObject({
    files_touched: ['/w/d.ts'],
    tokens: { input: 38, cached_input: 20, output: 6, reasoning: 2 },
    cost_usd: 0.75,
  });
});

test('a client is told by the shape of its payload', () => {
  const client = (name: string, changes = {}) => signalOf(JSON.parse(payload(name, changes)))?.client;
  expect(client('codex-SessionEnd.json')).toBe('codex_cli');
  expect(client('codex-SessionEnd.json', { transcript_path: null })).toBe('codex_cli');
  expect(client('claude-SessionEnd.json', { prompt_id: undefined })).toBe('claude_code');
  expect(client('claude-SessionStart.json', { model: 'claude-opus-4-8' })).toBe('claude_code');
  expect(client('claude-MessageDisplay.json')).toBe('claude_code');
});

test('an event that is not known is kept with its name; so is JSON of nobody we know', () => {
  const workspace = temporaryWorkspace();
  const [known] = tell(
    { workspace },
    payload('claude-SessionEnd.json', { hook_event_name: 'Elicitation', session: 'end', state: 'offline' }),
  );
  expect(known).toMatchObject({ event: 'info', summary: 'Elicitation', data: { payload_state: 'offline' } });
  const [other] = tell({ workspace }, JSON.stringify({ event: 'built', ok: true, big: { nested: 1 } }));
  expect(other).toMatchObject({
    source: 'cls_agent',
    summary: 'built',
    data: { client: 'unknown', ok: true },
  });
});

test('a payload that was cut says what it can', () => {
  const whole = payload('claude-PostToolUse-Write.json');
  const torn = hearPayload(whole.slice(0, 420), 'cls_agent');
  expect(torn).toMatchObject({
    signal: { client: 'claude_code', kind: 'other', event: 'PostToolUse', turn: expect.any(String) },
  });
  expect(hearPayload(whole.slice(0, 20), 'cls_agent')).toBeUndefined();
  expect(hearPayload('not json at all', 'cls_agent')).toBeUndefined();
  expect(hearPayload('[1,2]', 'cls_agent')).toBeUndefined();
});

test('ids and texts of any size and kind stay within their bounds', () => {
  const workspace = temporaryWorkspace();
  const long = '\u0000\ud800x'.repeat(100_000);
  const changes = { session_id: long, prompt_id: long, last_assistant_message: long, model: long };
  const [event] = tell({ workspace }, payload('claude-Stop.json', changes));
  expect(event!.summary.length).toBeLessThanOrEqual(1000);
  expect(Buffer.byteLength(event!.idempotency_key!)).toBeLessThanOrEqual(512);
});

test('what a client calls its facts changes nothing of ours', () => {
  const workspace = temporaryWorkspace();
  tell({ workspace }, payload('claude-SessionStart.json'));
  const ours = { session: 'end', state: 'offline', tokens: 5, error: 'x' };
  const [event] = tell(
    { workspace },
    payload('claude-SessionEnd.json', { hook_event_name: 'Elicitation', ...ours }),
  );
  expect(event!.data).toMatchObject({ payload_state: 'offline', payload_tokens: 5, payload_error: 'x' });
  expect(Object.keys(event!.data)).not.toEqual(expect.arrayContaining(['state']));
  expect(readStatus(statusPath(workspace.root, 'cls'))?.state).toBe('idle');
});
