/** Every recorded payload in, the expected events out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StreamReader } from '../../../tools/lib/cli/hook/output.js';
import { runOutcome } from '../../../tools/lib/clients/run-outcome.js';
import { eventsIn, PAYLOADS, payload, tell } from '../../support/deliver.js';
import { temporaryWorkspace } from '../../support/workspace.js';

interface Expected {
  event: string;
  task_id: string;
  source: string;
  summary: string;
  data: Record<string, unknown>;
}

const CLAUDE = { task_id: 'claude-47566f45', source: 'claude_code' };
const CODEX = { task_id: 'codex-01a1fcec', source: 'codex_cli' };
const SESSION = '47566f45-ced6-40a6-8941-cf985a3bacba';
const THREAD = '01a1fcec-96e9-7c41-b415-41ee0d94a012';
const TURN = '01a1fcec-96f8-7f33-8a8c-0a245ce97759';

/** What a hook writes for the payload alone; with `--tools` where it is a step. */
const EXPECTED: Record<string, Expected[]> = {
  'claude-SessionStart.json': [
    { ...CLAUDE, event: 'info', summary: 'session started', data: { session: 'start', source: 'startup' } },
  ],
  'claude-UserPromptSubmit.json': [
    {
      ...CLAUDE,
      event: 'task_start',
      summary: 'say hi',
      data: { task_type: 'turn', client_session: SESSION, turn: 'f1e7a593-c420-4777-b523-273564924ac1' },
    },
  ],
  'claude-Stop.json': [
    {
      ...CLAUDE,
      event: 'task_result',
      summary: 'Hi from the stub model.',
      data: { status: 'ok', files_touched: [], turn: 'f1e7a593-c420-4777-b523-273564924ac1' },
    },
  ],
  'claude-StopFailure.json': [
    {
      ...{ task_id: 'claude-9c4bee27', source: 'claude_code', event: 'error' },
      summary: 'API Error: 400 stub failure',
      data: { status: 'failed', error: 'API Error: 400 stub failure', payload_error: 'unknown' },
    },
  ],
  'claude-SessionEnd.json': [
    { ...CLAUDE, event: 'info', summary: 'session ended', data: { session: 'end', reason: 'other' } },
  ],
  'claude-print-result.json': [
    {
      ...CLAUDE,
      event: 'task_result',
      summary: 'Hi from the stub model.',
      data: {
        status: 'ok',
        tokens: { input: 2100, cached_input: 100, output: 34, reasoning: 0 },
        cost_usd: 0.011149999999999998,
      },
    },
  ],
  'claude-PreToolUse.json': [
    { ...CLAUDE, event: 'info', summary: 'PreToolUse: Bash', data: { tool_use_id: 'toolu_1', files: [] } },
  ],
  'claude-PostToolUse.json': [
    { ...CLAUDE, event: 'info', summary: 'PostToolUse: Bash', data: { duration_ms: 58, files: [] } },
  ],
  'claude-PostToolUse-Write.json': [
    {
      ...{ task_id: 'claude-3980aab6', source: 'claude_code', event: 'info' },
      summary: 'PostToolUse: Write',
      data: { files: ['new.txt'] },
    },
  ],
  'claude-PostToolUseFailure.json': [
    {
      ...{ task_id: 'claude-edffc29d', source: 'claude_code', event: 'info' },
      summary: 'Exit code 3\ncat: /nonexistent: No such file or directory',
      data: { tool_name: 'Bash', is_interrupt: false },
    },
  ],
  'claude-PostToolBatch.json': [{ ...CLAUDE, event: 'info', summary: 'PostToolBatch', data: { files: [] } }],
  'claude-MessageDisplay.json': [{ ...CLAUDE, event: 'info', summary: 'MessageDisplay', data: {} }],
  'codex-SessionStart.json': [
    { ...CODEX, event: 'info', summary: 'session started', data: { session: 'start', model: 'stub-model' } },
  ],
  'codex-UserPromptSubmit.json': [
    { ...CODEX, event: 'task_start', summary: 'say hi', data: { client_session: THREAD, turn: TURN } },
  ],
  'codex-PreToolUse.json': [
    { ...CODEX, event: 'info', summary: 'PreToolUse: Bash', data: { tool_use_id: 'call_1' } },
  ],
  'codex-PostToolUse.json': [
    { ...CODEX, event: 'info', summary: 'PostToolUse: Bash', data: { tool_use_id: 'call_1' } },
  ],
  'codex-Stop.json': [
    {
      ...CODEX,
      event: 'task_result',
      summary: 'Hi from the stub model.',
      data: { status: 'ok', turn: TURN },
    },
  ],
  'codex-notify-argv.json': [
    {
      ...CODEX,
      event: 'task_result',
      summary: 'Hi from the stub model.',
      data: { status: 'ok', turn: TURN },
    },
  ],
  'codex-Interrupt.json': [
    {
      ...{ task_id: 'codex-01a1fcf3', source: 'codex_cli', event: 'error' },
      summary: 'turn interrupted',
      data: { status: 'interrupted', turn: '01a1fcf3-889b-7fc2-a281-02deecf0ece6' },
    },
  ],
  'codex-SessionEnd.json': [
    { ...CODEX, event: 'info', summary: 'session ended', data: { session: 'end', reason: 'other' } },
  ],
  'codex-exec.jsonl': [
    {
      ...{ event: 'task_result', task_id: 'T-1', source: 'codex_cli', summary: 'Hi from the stub model.' },
      data: { status: 'ok', exit_code: 0, files_touched: [], client_session: THREAD },
    },
  ],
  'codex-exec-file-change.jsonl': [
    {
      ...{ event: 'task_result', task_id: 'T-1', source: 'codex_cli', summary: 'Hi from the stub model.' },
      data: { status: 'ok', files_touched: ['/home/dev/app/added.txt'] },
    },
  ],
  'codex-exec-turn-failed.jsonl': [
    {
      ...{ event: 'error', task_id: 'T-1', source: 'codex_cli' },
      summary: expect.stringContaining('stub failure'),
      data: { status: 'failed', exit_code: 1, error: expect.stringContaining('stub_failure') },
    },
  ],
};

test('every recorded payload is expected', () => {
  expect(readdirSync(PAYLOADS).sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe('a payload alone', () => {
  for (const [name, expected] of Object.entries(EXPECTED).filter(([file]) => file.endsWith('.json'))) {
    test(name, () => {
      const events = tell({ workspace: temporaryWorkspace(), recordsTools: true }, payload(name));
      expect(events).toMatchObject(expected);
    });
  }
});

describe('a stream', () => {
  for (const [name, expected] of Object.entries(EXPECTED).filter(([file]) => file.endsWith('.jsonl'))) {
    test(name, () => {
      const reader = new StreamReader();
      for (const byte of readFileSync(join(PAYLOADS, name))) reader.push(Buffer.of(byte));
      reader.end();
      const { stream } = reader;
      const code = stream.lastTurn === 'completed' ? 0 : 1;
      const ran = { task_id: 'T-1', source: 'codex_cli', command: 'codex exec', exit: { code } };
      const seen = { durationMs: 5, output: '', files: stream.files, heard: [], isTimeLimited: false };
      expect([runOutcome({ ...ran, ...seen, stream })]).toMatchObject(expected);
    });
  }
});

test('steps within a turn leave no event, and the files they wrote are in the outcome', () => {
  const workspace = temporaryWorkspace();
  const session_id = SESSION;
  const prompt_id = 'f1e7a593-c420-4777-b523-273564924ac1';
  tell({ workspace }, payload('claude-UserPromptSubmit.json'));
  for (const name of [
    'claude-PreToolUse',
    'claude-PostToolUse-Write',
    'claude-PostToolUse',
    'claude-PostToolBatch',
  ]) {
    expect(tell({ workspace }, payload(`${name}.json`, { session_id, prompt_id }))).toEqual([]);
  }
  tell({ workspace }, payload('claude-Stop.json'));
  const events = eventsIn(workspace.root);
  expect(events.map(({ event }) => event)).toEqual(['task_start', 'task_result']);
  expect(events[1]).toMatchObject({ parent_id: events[0]!.id, data: { files_touched: ['new.txt'] } });
});
