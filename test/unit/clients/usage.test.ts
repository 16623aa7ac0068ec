/** Tokens: repeated, late, cumulative, or hidden in a huge file. */
import { appendFileSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTokens } from '../../../tools/lib/journal/run-tokens.js';
import { withAgentLock } from '../../../tools/lib/root/workspace.js';
import { eventsIn, payload, tell } from '../../support/deliver.js';
import { temporaryDirectory, temporaryWorkspace, testClock } from '../../support/workspace.js';

const prompt = '{"type":"user","message":{"role":"user","content":"do it"}}\n';
const result = '{"type":"user","message":{"role":"user","content":[{"type":"tool_result"}]}}\n';
const answer = (id: string, input: number, output: number): string =>
  `${JSON.stringify({
    type: 'assistant',
    message: { id, usage: { input_tokens: input, cache_read_input_tokens: 100, output_tokens: output } },
  })}\n`;

test('Claude Code: the last usage of each message counts, once', () => {
  const workspace = temporaryWorkspace();
  const transcript_path = join(temporaryDirectory(), 't.jsonl');
  tell({ workspace }, payload('claude-UserPromptSubmit.json', { transcript_path }));
  const lines = prompt + answer('m1', 5, 1) + answer('m1', 5, 8) + result + answer('m2', 7, 2);
  writeFileSync(transcript_path, lines);
  const [event] = tell({ workspace }, payload('claude-Stop.json', { transcript_path }));
  expect(event!.data.tokens).toEqual({ input: 212, cached_input: 200, output: 10, reasoning: 0 });
});

test('Claude Code: a turn counts what its own prompt caused, a late line is added at the end', () => {
  const workspace = temporaryWorkspace();
  const transcript_path = join(temporaryDirectory(), 't.jsonl');
  const say = (name: string, changes = {}) =>
    tell({ workspace }, payload(`claude-${name}.json`, { transcript_path, ...changes }));
  writeFileSync(transcript_path, prompt + answer('old', 1000, 1000));
  say('UserPromptSubmit');
  appendFileSync(transcript_path, prompt + answer('m1', 1, 1));
  const [outcome] = say('Stop');
  expect(outcome!.data.tokens).toMatchObject({ input: 101, output: 1 });
  appendFileSync(transcript_path, answer('m2', 2, 2));
  const [more] = say('SessionEnd');
  expect(more).toMatchObject({
    ...{ event: 'info', parent_id: outcome!.id },
    data: { reconciles: outcome!.id, tokens: { input: 203, cached_input: 200, output: 3, reasoning: 0 } },
  });
  expect(eventsIn(workspace.root).at(-1)!.data).toMatchObject({ session: 'end' });
});

test('a transcript that does not exist, is a directory, or is being written is as good as it is', () => {
  const workspace = temporaryWorkspace();
  const directory = temporaryDirectory();
  const half = join(directory, 'half.jsonl');
  writeFileSync(half, answer('m1', 1, 1) + answer('m2', 1, 1).slice(0, 60));
  for (const [transcript_path, tokens] of [
    [join(directory, 'none.jsonl'), undefined],
    [directory, undefined],
    ['/dev/zero', undefined],
    [half, { input: 101, cached_input: 100, output: 1, reasoning: 0 }],
  ] as const) {
    const changes = { transcript_path, session_id: transcript_path };
    expect(tell({ workspace }, payload('claude-Stop.json', changes))[0]!.data.tokens).toEqual(tokens);
  }
});

test('of a transcript of 100 MB only the end is read, and only the last prompt counts', () => {
  const workspace = temporaryWorkspace();
  const transcript_path = join(temporaryDirectory(), 'huge.jsonl');
  const fd = openSync(transcript_path, 'w');
  ftruncateSync(fd, 100 * 1024 * 1024);
  const end = `\n${answer('old', 9, 9)}${prompt}${answer('m1', 1, 1)}`;
  writeSync(fd, end, 100 * 1024 * 1024);
  const [event] = tell({ workspace }, payload('claude-Stop.json', { transcript_path }));
  expect(event!.data.tokens).toEqual({ input: 101, cached_input: 100, output: 1, reasoning: 0 });
});

test('Codex: totals of the session become the tokens of the turn', () => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  const transcript_path = join(temporaryDirectory(), 'rollout-2026-11-24T10-00-00-x.jsonl');
  const total = (input: number, output: number): string =>
    `${JSON.stringify({
      type: 'event_msg',
      payload: {
        type: 'token_count',
        info: { total_token_usage: { input_tokens: input, cached_input_tokens: 1, output_tokens: output } },
      },
    })}\n`;
  const say = (name: string, changes = {}) => {
    const text = payload(`codex-${name}.json`, { transcript_path, ...changes });
    return tell({ workspace, agent: 'andy' }, text);
  };
  writeFileSync(transcript_path, total(500, 50));
  say('UserPromptSubmit', { turn_id: 'a' });
  appendFileSync(transcript_path, total(600, 60));
  expect(say('Stop', { turn_id: 'a' })[0]!.data.tokens).toMatchObject({ input: 100, output: 10 });
  say('UserPromptSubmit', { turn_id: 'b' });
  const [silent] = say('Stop', { turn_id: 'b' });
  expect(silent!.data.tokens).toBeUndefined();
  appendFileSync(transcript_path, total(605, 61));
  expect(say('SessionEnd')[0]).toMatchObject({
    parent_id: silent!.id,
    data: { tokens: { input: 5, output: 1 } },
  });
});

test('runs of one thread share its total; of a thread resumed from elsewhere only the total is known', () => {
  const workspace = temporaryWorkspace();
  const event = { event: 'task_result', task_id: 'T', source: 'codex_cli', summary: 's', data: {} };
  const run = (session: string, input: number, isResumed: boolean) => {
    const total = { input, cached_input: 0, output: 1, reasoning: 0 };
    const totals = [{ session, total, isResumed }];
    return withAgentLock(workspace, 'andy', held => withTokens(held, { event, totals }).data);
  };
  expect(run('a', 2100, false)).toMatchObject({ tokens: { input: 2100 } });
  expect(run('a', 2500, true)).toMatchObject({ tokens: { input: 400, output: 0 } });
  const elsewhere = run('b', 9000, true);
  expect(elsewhere).toMatchObject({ session_tokens: { input: 9000 } });
  expect(elsewhere.tokens).toBeUndefined();
  expect(run('b', 9100, true)).toMatchObject({ tokens: { input: 100 } });
});
