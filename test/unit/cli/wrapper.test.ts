/** The parts of `run` that need no process. */
import { expect, test } from 'vitest';
import {
  clientSource,
  isJsonClient,
  isTimeLimited,
  shownCommand,
} from '../../../tools/lib/cli/hook/command-line.js';
import { StreamReader, Tail } from '../../../tools/lib/cli/hook/output.js';
import { runOutcome } from '../../../tools/lib/clients/run-outcome.js';
import { parseWorkOrder } from '../../../tools/lib/workplans/work-order.js';
import { payload } from '../../support/deliver.js';

const words = (line: string): string[] => line.split(' ');

test('a client is known behind what starts it', () => {
  expect(clientSource(words('env A=1 timeout 60 npx -y @openai/codex exec --json hi'))).toBe('codex_cli');
  expect(clientSource(words('/opt/bin/claude -p hi'))).toBe('claude_code');
  expect(clientSource(words('grep codex file'))).toBeUndefined();
  expect(isJsonClient(words('codex exec --json hi'))).toBe(true);
  expect(isJsonClient(words('codex exec hi'))).toBe(false);
  expect(isJsonClient(words('claude -p --output-format stream-json hi'))).toBe(true);
  expect(isJsonClient(words('claude --output-format=json -p hi'))).toBe(true);
  expect(isJsonClient(words('jq --json .'))).toBe(false);
  expect(isTimeLimited(words('timeout 5 make'))).toBe(true);
});

test('a command line is shown as a shell would take it', () => {
  expect(shownCommand(['sh', '-c', "echo 'a b'", '', '--x=1'])).toBe(`sh -c 'echo '\\''a b'\\''' '' --x=1`);
});

test('a work order says who it is, in JSON, YAML or Markdown, or by its name', () => {
  const parsed = (text: string, path = '/wo/wo-17.md') => {
    const { taskId, title } = parseWorkOrder(text, path);
    return [taskId, title];
  };
  expect(parsed('{"wo_id": "WO-1", "title": "Fix it"}')).toEqual(['WO-1', 'Fix it']);
  expect(parsed('---\nid: WO-2\ntitle: Build it\n---\n# Other\n')).toEqual(['WO-2', 'Build it']);
  expect(parsed('# Clean up\n\n- **WO-ID:** WO-3\n')).toEqual(['WO-3', 'Clean up']);
  expect(parsed('just text')).toEqual(['wo-17', 'wo-17']);
  expect(parsed('')).toEqual(['wo-17', 'wo-17']);
});

test('the result of claude -p is told by is_error, and its cost kept', () => {
  const reader = new StreamReader();
  reader.push(
    Buffer.from(`noise\n${payload('claude-print-result.json', { is_error: true, result: 'boom' })}`),
  );
  reader.end();
  const { result, stream } = reader;
  const ran = { task_id: 'T', source: 'claude_code', command: 'claude', exit: { code: 1 }, durationMs: 1 };
  const seen = { output: '', files: [], heard: [], isTimeLimited: false, usage: result!.usage };
  expect(runOutcome({ ...ran, ...seen, stream, result })).toMatchObject({
    ...{ event: 'error', summary: 'boom' },
    data: { status: 'failed', cost_usd: 0.011149999999999998, tokens: { input: 2100 } },
  });
});

test('how a command ended', () => {
  const stream = { thread: '', lastTurn: 'none' as const, files: [] };
  const facts = { task_id: 'T', source: 's', command: 'c', durationMs: 1, output: '', files: [], heard: [] };
  const status = (exit: { code: number; signal?: string; asked?: string }, more = {}) =>
    runOutcome({ ...facts, exit, stream, isTimeLimited: false, ...more }).data.status;
  expect(status({ code: 0 })).toBe('ok');
  expect(status({ code: 3 })).toBe('failed');
  expect(status({ code: 143, signal: 'SIGTERM' })).toBe('interrupted');
  expect(status({ code: 130 })).toBe('interrupted');
  expect(status({ code: 1, asked: 'SIGINT' })).toBe('interrupted');
  expect(status({ code: 0, asked: 'SIGTERM' })).toBe('ok');
  expect(status({ code: 124 })).toBe('failed');
  expect(status({ code: 124 }, { isTimeLimited: true })).toBe('timeout');
  expect(status({ code: 0 }, { stream: { ...stream, lastTurn: 'failed' } })).toBe('failed');
});

test('lines longer than memory allows are passed over, and reading goes on', () => {
  const reader = new StreamReader();
  reader.push(Buffer.from('{"type":"thread.started","thread_id":"t"}\n{"'));
  for (let index = 0; index < 80; index++) reader.push(Buffer.alloc(64 * 1024, 'x'));
  reader.push(Buffer.from('\n{"type":"turn.completed","usage":{"input_tokens":3}}\n'));
  expect(reader.stream).toMatchObject({ thread: 't', lastTurn: 'completed', total: { input: 3 } });
});

test('the tail keeps the last whole lines of any amount of output', () => {
  const tail = new Tail();
  for (let index = 0; index < 20_000; index++) tail.push(Buffer.from(`line ${index}\n`));
  const text = tail.text();
  expect(text.length).toBeLessThanOrEqual(8192);
  expect(text).toMatch(/^line \d+\n/);
  expect(text.endsWith('line 19999')).toBe(true);
});
