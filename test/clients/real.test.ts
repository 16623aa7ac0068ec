/** The real Claude Code and the real Codex, with every hook of ours, against a model on loopback. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { median } from '../bench/pairs.js';
import { clientIn } from './prefix.js';
import { makeStage, play, type Stage } from './stage.js';
import { SENTENCE, type StubModel, startStubModel } from './stub-model.js';

const prefix = process.env.CLIENTS_PREFIX!;
const clients = { claude: clientIn(prefix, 'claude'), codex: clientIn(prefix, 'codex') };

const CLAUDE = ['-p', '--dangerously-skip-permissions'];
const CODEX = [
  'exec',
  '--json',
  '--dangerously-bypass-approvals-and-sandbox',
  '--dangerously-bypass-hook-trust',
];

async function stage(hasHooks = true): Promise<{ model: StubModel; stage: Stage }> {
  const model = await startStubModel('echo hello >out.txt');
  onTestFinished(() => model.close());
  return { model, stage: makeStage(model.url, hasHooks) };
}

const names = (events: { event: string }[]): string[] => events.map(({ event }) => event);

describe('Claude Code', () => {
  test('a turn with its hooks', async () => {
    const { stage: on } = await stage();
    const { status, output } = await play(on, [clients.claude, ...CLAUDE, 'say hi']);
    expect([status, output.trim()]).toEqual([0, SENTENCE]);
    const events = on.events('cls');
    expect(names(events.filter(({ data }) => !data.reconciles))).toEqual([
      'info',
      'task_start',
      'task_result',
      'info',
    ]);
    expect(events.find(({ event }) => event === 'task_start')!.summary).toBe('say hi');
    const outcome = events.find(({ event }) => event === 'task_result')!;
    expect(outcome).toMatchObject({ summary: SENTENCE, data: { status: 'ok' } });
    const told = events.find(({ data }) => data.reconciles === outcome.id) ?? outcome;
    expect(told.data.tokens).toEqual({ input: 2000, cached_input: 200, output: 34, reasoning: 0 });
  });

  test('a turn that fails', async () => {
    const { model, stage: on } = await stage();
    model.fail();
    await play(on, [clients.claude, ...CLAUDE, 'say hi']);
    const outcome = on.events('cls').find(({ event }) => event === 'error');
    expect(outcome).toMatchObject({ data: { status: 'failed' } });
  });

  test('wrapped, with its result line: one outcome with cost, tokens and files', async () => {
    const { stage: on } = await stage();
    const command = [clients.claude, ...CLAUDE, '--output-format', 'json', 'say hi'];
    const { status, output } = await play(on, ['cls-hook', 'run', '--task', 'T-1', '--', ...command]);
    expect(status).toBe(0);
    expect(JSON.parse(output).result).toBe(SENTENCE);
    const events = on.events('cls');
    expect(names(events)).toEqual(['task_start', 'task_result']);
    expect(events[1]).toMatchObject({
      ...{ task_id: 'T-1', source: 'claude_code', summary: SENTENCE },
      data: { files_touched: ['out.txt'], tokens: { input: 2000, output: 34 }, cost_usd: expect.any(Number) },
    });
  });

  test('stopped in the middle of a turn, because its time was up', async () => {
    const { model, stage: on } = await stage();
    model.hang();
    await play(on, ['cls-hook', 'run', '--', 'timeout', '5', clients.claude, ...CLAUDE, 'say hi']);
    expect(on.events('cls').at(-1)).toMatchObject({ event: 'error', data: { status: 'timeout' } });
  });
});

describe('Codex', () => {
  test('a turn with its hooks and notify: one outcome', async () => {
    const { stage: on } = await stage();
    const { status } = await play(on, [clients.codex, ...CODEX, 'say hi']);
    expect(status).toBe(0);
    await new Promise(resolve => setTimeout(resolve, 1000));
    const events = on.events('andy').filter(({ data }) => !data.reconciles);
    expect(names(events)).toEqual(['info', 'task_start', 'task_result', 'info']);
    expect(events[2]).toMatchObject({ summary: SENTENCE, parent_id: events[1]!.id, data: { status: 'ok' } });
    const tokens = on.events('andy').findLast(({ data }) => data.tokens)?.data.tokens;
    expect(tokens).toMatchObject({ input: 2000, cached_input: 200, output: 34, reasoning: 6 });
  });

  test('wrapped, and resumed: the stream is the authority, usage is of each run alone', async () => {
    const { stage: on } = await stage();
    const wrapped = ['andy-hook', 'run', '--task', 'T-1', '--', clients.codex] as const;
    const { status, output } = await play(on, [...wrapped, ...CODEX, 'say hi']);
    expect(status).toBe(0);
    expect(output).toContain('"turn.completed"');
    await play(on, [...wrapped, ...CODEX, 'resume', '--last', 'again']);
    await new Promise(resolve => setTimeout(resolve, 1000));
    const events = on.events('andy');
    expect(names(events)).toEqual(['task_start', 'task_result', 'task_start', 'task_result']);
    expect(events[1]).toMatchObject({
      ...{ task_id: 'T-1', source: 'codex_cli', summary: SENTENCE },
      data: { files_touched: ['out.txt'], tokens: { input: 2000, output: 34 } },
    });
    expect((events[3]!.data.tokens as { input: number }).input).toBeLessThan(2000);
  });

  test('wrapped: a turn that fails', async () => {
    const { model, stage: on } = await stage();
    model.fail();
    const { status } = await play(on, ['andy-hook', 'run', '--', clients.codex, ...CODEX, 'say hi']);
    expect(status).not.toBe(0);
    expect(on.events('andy').at(-1)).toMatchObject({ event: 'error', data: { status: 'failed' } });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('wrapped: %s in the middle of a turn', async signal => {
    const { model, stage: on } = await stage();
    model.hang();
    const command = ['andy-hook', 'run', '--', clients.codex, ...CODEX, 'say hi'] as const;
    let isSent = false;
    await play(on, [...command], (output, kill) => {
      if (isSent || !output.includes('turn.started')) return;
      isSent = true;
      setTimeout(kill, 300, signal);
    });
    const events = on.events('andy');
    expect(names(events).filter(name => name !== 'info')).toEqual(['task_start', 'error']);
    expect(events.find(({ event }) => event === 'error')).toMatchObject({ data: { status: 'interrupted' } });
  });
});

describe('what a turn costs', () => {
  test.each([
    ['Claude Code', clients.claude, CLAUDE],
    ['Codex', clients.codex, CODEX],
  ] as const)('%s with all hooks / with none', async (name, client, args) => {
    const { stage: on } = await stage();
    const { stage: off } = await stage(false);
    const ratios: number[] = [];
    for (let turn = -1; turn < 7; turn++) {
      const bare = await play(off, [client, ...args, 'say hi']);
      const hooked = await play(on, [client, ...args, 'say hi']);
      if (turn >= 0) ratios.push(hooked.durationMs / bare.durationMs);
    }
    console.log(`${name}: a turn with all hooks takes ${median(ratios).toFixed(2)} × one with none`);
  });
});
