import { expect, test } from 'vitest';
import type { Io } from '../../../tools/lib/cli/command.js';
import { statusPage, statusTable } from '../../../tools/lib/cli/status-table.js';
import { widthOf } from '../../../tools/lib/cli/visible.js';
import type { AgentOverview } from '../../../tools/lib/journal/overview.js';
import { testClock } from '../../support/workspace.js';

const io = {
  environment: {},
  isTerminal: () => false,
  clock: testClock('2026-11-24T10:00:00.000Z', 420),
} as unknown as Io;
const onTerminal = (environment: Io['environment']): Io => ({ ...io, environment, isTerminal: () => true });

const agent: AgentOverview = {
  agent: 'cls',
  writer: 'mbp-3f2a91c0',
  is_ours: true,
  state: 'busy',
  since: '2026-11-24T09:48:00.000Z',
  since_id: null,
  last_task_id: 'wo-42',
  session_id: '2026-11-24_cls_001',
  last_heartbeat: '2026-11-24T09:59:56.000Z',
  heartbeat_age_s: 4,
  is_stale: false,
  last_error: null,
  claims: [],
  problem: null,
};
const failed: AgentOverview = {
  ...agent,
  ...{ agent: 'andy', writer: 'far-1', is_ours: false, state: 'error', since: '2026-11-22T20:00:00Z' },
  ...{ heartbeat_age_s: 7200, is_stale: true, last_error: 'overloaded\u001b[2J\nretry' },
};
const unknown: AgentOverview = {
  ...agent,
  ...{ agent: 'old', writer: null, state: null, since: null, last_task_id: null, session_id: null },
  ...{ heartbeat_age_s: null, problem: 'status.json is damaged: it is not a JSON object' },
};

test('the table says who does what since when, in local time, and what is wrong', () => {
  expect(statusTable([agent, failed, unknown], { io, width: Infinity })).toEqual([
    'AGENT  STATE  TASK   SINCE              HEARTBEAT      SESSION             WRITER',
    'cls    busy   wo-42  16:48 (12m)        4s ago         2026-11-24_cls_001  mbp-3f2a91c0 (here)',
    'andy   error  wo-42  11-23 03:00 (38h)  2h ago, stale  2026-11-24_cls_001  far-1',
    '  overloaded\\u001b[2J\\nretry',
    'old    -             -                  -                                  (here)',
    '  status.json is damaged: it is not a JSON object',
  ]);
});

test('no line is wider than the terminal', () => {
  for (let width = 1; width < 120; width++) {
    for (const line of statusTable([agent, failed, unknown], { io, width })) {
      expect(widthOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
    }
  }
});

test('a page has no more lines than rows, and says what it leaves out and how to quit', () => {
  const many = Array.from({ length: 30 }, () => agent);
  for (const rows of [4, 10, 24, 33, 34]) {
    const page = statusPage(many, { io, width: 80 }, rows);
    expect(page.length).toBeLessThanOrEqual(rows);
    expect(page.at(-1)).toBe('17:00:00  q quits');
    expect(page.some(line => /^… \d+ more lines$/.test(line))).toBe(rows < 33);
  }
  expect(statusPage(many, { io, width: 80 }, 10).slice(-3)).toEqual([
    '… 24 more lines',
    '',
    '17:00:00  q quits',
  ]);
  expect(statusPage([], { io, width: 80 }, 24)[0]).toBe('there are no agents yet');
});

test('colours are for terminals that have them, unless they are not wanted', () => {
  const hasColours = (given: Io): boolean =>
    statusTable([agent], { io: given, width: 80 }).join().includes('\u001b[');
  expect(hasColours(onTerminal({ TERM: 'xterm' }))).toBe(true);
  expect(hasColours(onTerminal({ TERM: 'dumb' }))).toBe(false);
  expect(hasColours(onTerminal({ TERM: 'xterm', NO_COLOR: '1' }))).toBe(false);
  expect(hasColours(io)).toBe(false);
});
