import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decide } from '../../../tools/lib/claims/decide.js';
import { UNCLAIMED } from '../../../tools/lib/claims/fold.js';
import { momentNow } from '../../../tools/lib/claims/moment.js';
import { append, withClaims } from '../../../tools/lib/claims/store.js';
import { OverviewReader } from '../../../tools/lib/journal/overview.js';
import { recordEvent } from '../../../tools/lib/journal/record.js';
import { validateOverview } from '../../../tools/lib/record/generated/validate-overview.js';
import { acquiring, around } from '../../support/claims.js';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const START_MS = Date.parse('2026-11-24T10:00:00.000Z');
const limits = { sessionIdleMs: 12 * 3_600_000, staleAfterMs: 900_000 };

function overviews(agent?: string) {
  const clock = testClock('2026-11-24T10:00:00.000Z');
  const workspace = temporaryWorkspace(clock);
  const reader = new OverviewReader(workspace, { ...limits, agent });
  const read = (nowMs = clock.nowMs()) => {
    const agents = reader.read({ ...clock, nowMs: () => nowMs });
    validateOverview({ schema_version: 1, at: '2026-11-24T10:00:00Z', agents });
    expect(validateOverview.errors ?? []).toEqual([]);
    return agents;
  };
  return { workspace, clock, read, root: workspace.root };
}

const status = (agent: string, fields: Record<string, unknown> = {}): string =>
  JSON.stringify({
    ...{ agent, state: 'busy', last_heartbeat: '2026-11-24T09:59:00.000Z', last_task_id: 'T-1' },
    ...{ session_id: null, last_error: null, updated_at: '2026-11-24T09:59:00.000Z', ...fields },
  });

test('an agent is shown with what its log knows beyond the status', () => {
  const { workspace, clock, read } = overviews();
  const draft = { event: 'task_start', task_id: 'T-1', source: 'test', summary: 'go', data: {} };
  const { event } = recordEvent(workspace, 'cls', draft, {
    ...limits,
    warn: () => undefined,
    updatesStatus: true,
  });
  clock.advanceMs(90_500);
  expect(read()).toEqual([
    {
      agent: 'cls',
      writer: workspace.writer,
      is_ours: true,
      state: 'busy',
      since: event.ts,
      since_id: event.id,
      last_task_id: 'T-1',
      session_id: '2026-11-24_cls_001',
      last_heartbeat: event.ts,
      heartbeat_age_s: 90.5,
      is_stale: false,
      last_error: null,
      claims: [],
      problem: null,
    },
  ]);
  clock.advanceMs(810_000);
  expect(read()[0]).toMatchObject({ heartbeat_age_s: 900.5, is_stale: true });
});

test('every machine has its line, ours first; a copy of our own status is not another one', () => {
  const { workspace, read, root } = overviews();
  for (const name of ['status.json', 'status.far-1.json', `status.${workspace.writer}.json`]) {
    appendText(root, `agents/cls/${name}`, status('cls'));
  }
  appendText(root, 'agents/andy/status.near-1.json', status('andy', { state: 'offline' }));
  expect(read().map(({ agent, writer, is_ours }) => [agent, writer, is_ours])).toEqual([
    ['andy', 'near-1', false],
    ['cls', workspace.writer, true],
    ['cls', 'far-1', false],
  ]);
});

test('who is offline is not stale, and a clock that is ahead makes nobody younger than now', () => {
  const { read, root } = overviews();
  const long = '2026-11-20T10:00:00Z';
  appendText(root, 'agents/a/status.json', status('a', { state: 'offline', last_heartbeat: long }));
  appendText(root, 'agents/b/status.json', status('b', { state: 'idle', last_heartbeat: long }));
  appendText(root, 'agents/c/status.json', status('c', { last_heartbeat: '2026-11-24T11:00:00Z' }));
  appendText(root, 'agents/d/status.json', status('d', { last_heartbeat: null }));
  expect(read(START_MS).map(({ is_stale, heartbeat_age_s }) => [is_stale, heartbeat_age_s])).toEqual([
    [false, 345_600],
    [true, 345_600],
    [false, 0],
    [true, null],
  ]);
});

test('files of older tools and damaged ones are shown as far as they go, and as such', () => {
  const { read, root } = overviews();
  appendText(root, 'agents/a/status.json', '{"state":"idle","last_heartbeat":"2026-11-24T09:00:00+0000"}');
  appendText(root, 'agents/b/status.json', '{"state":');
  appendText(root, 'agents/c/status.json', status('c', { state: 'dancing', last_heartbeat: 'not a date' }));
  appendText(root, 'agents/d/status.json', '[]');
  mkdirSync(join(root, 'agents/e/status.json'), { recursive: true });
  mkdirSync(join(root, 'agents/f'));
  execFileSync('mkfifo', [join(root, 'agents/f/status.json')]);
  mkdirSync(join(root, 'agents/g'));
  symlinkSync('/nowhere/at/all', join(root, 'agents/g/status.json'));
  appendText(root, 'agents/notes', 'a file where a directory should be');
  appendText(root, 'agents/h/status.json', status('h', { last_task_id: 7, last_error: {}, agent: 1 }));
  const agents = read();
  expect(agents.map(({ agent, state }) => `${agent} ${state}`)).toEqual([
    ...['a idle', 'b null', 'c null', 'd null', 'e null', 'f null', 'g null', 'h busy'],
  ]);
  expect(agents.map(({ problem }) => problem)).toEqual([
    expect.stringContaining('of an older tool or damaged: has no "agent"'),
    expect.stringContaining('damaged: it is not a JSON object'),
    expect.stringContaining('of an older tool or damaged'),
    expect.stringContaining('not a JSON object'),
    expect.stringContaining('not a regular file'),
    expect.stringContaining('not a regular file'),
    expect.stringContaining('damaged'),
    expect.stringContaining('of an older tool or damaged'),
  ]);
  expect(agents[0]).toMatchObject({ heartbeat_age_s: 3600, is_stale: true });
});

test('an agent that has events and no status is shown, and how to make one', () => {
  const { read, root } = overviews();
  appendLines(root, 'cls/2026-11-24.jsonl', eventLine({ ts: '2026-11-24T09:00:00Z' }));
  expect(read()).toMatchObject([
    { agent: 'cls', state: null, problem: expect.stringContaining('status-update cls --rebuild') },
  ]);
});

test('a day file that cannot be read hides only the beginning', () => {
  const { read, root } = overviews();
  appendText(root, 'agents/cls/status.json', status('cls'));
  mkdirSync(join(root, 'g/ledger/cls/2026-11-24.jsonl'), { recursive: true });
  expect(read()).toMatchObject([
    { state: 'busy', since: null, problem: expect.stringContaining('2026-11-24.jsonl') },
  ]);
});

test('one agent alone; none where there is none; and reading writes nothing', () => {
  const { read, root } = overviews('cls');
  const before = readdirSync(root, { recursive: true });
  expect(read()).toEqual([]);
  expect(readdirSync(root, { recursive: true })).toEqual(before);
  appendText(root, 'agents/andy/status.json', status('andy'));
  expect(read()).toEqual([]);
  appendText(root, 'agents/cls/status.json', status('cls'));
  expect(read()).toHaveLength(1);
});

test('the beginning is looked for again when the status changed', () => {
  const { read, root, workspace, clock } = overviews();
  const record = (event: string): string => {
    clock.advanceMs(1000);
    const draft = { event, task_id: 'T-1', source: 'test', summary: event, data: {} };
    const options = { ...limits, warn: () => undefined, updatesStatus: true };
    return recordEvent(workspace, 'cls', draft, options).event.id!;
  };
  const start = record('task_start');
  expect(read()[0]?.since_id).toBe(start);
  const result = record('task_result');
  expect(read()[0]?.since_id).toBe(result);
  const again = record('task_start');
  expect(read()[0]?.since_id).toBe(again);
  expect(readdirSync(join(root, 'agents/cls'))).toEqual(['status.json']);
});

test('what an agent holds is shown with it', () => {
  const { workspace, read } = overviews();
  appendText(workspace.root, 'agents/cls/status.json', status('cls'));
  const owner = { agent: 'cls', writer: workspace.writer, worktree: 'main' };
  withClaims(
    workspace,
    () => undefined,
    claims => {
      const held = decide(
        'T-1',
        UNCLAIMED,
        acquiring(60),
        around(owner, momentNow(workspace.clock, workspace.writer)),
      );
      if ('ops' in held) append(claims, held.ops);
    },
  );
  expect(read()[0]?.claims).toEqual([expect.objectContaining({ task_id: 'T-1', epoch: 1, is_over: false })]);
});
