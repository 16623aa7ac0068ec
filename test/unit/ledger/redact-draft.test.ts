import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rebuildStatus, reportStatus } from '../../../tools/lib/journal/report-status.js';
import { statusPath } from '../../../tools/lib/status/store.js';
import { recorder } from '../../support/recorder.js';

const GITHUB = `gh${'p_'}${'aB3d'.repeat(9)}`;

test('no field of an event carries a secret, and data.redactions says which rules fired', () => {
  const { record, dayPath } = recorder();
  const { event, line } = record({
    ...{ task_id: `deploy ${GITHUB}`, source: `tool ${GITHUB}`, summary: 'login with password=hunter2' },
    ...{ parent_id: GITHUB, idempotency_key: `turn ${GITHUB}` },
    data: { env: { DB_PASSWORD: 'hunter2' }, argv: ['mysql', '-phunter2'], [GITHUB]: 1, count: 2 },
  });
  expect(readFileSync(dayPath(), 'utf8')).toBe(`${line}\n`);
  expect(line).not.toMatch(/hunter2|aB3d/);
  expect(event).toMatchObject({
    ...{ task_id: 'deploy [redacted:github]', source: 'tool [redacted:github]' },
    ...{ summary: 'login with password=[redacted:password]', parent_id: '[redacted:github]' },
    data: {
      ...{ env: { DB_PASSWORD: '[redacted:password]' }, argv: ['mysql', '-p[redacted:password]'] },
      ...{ '[redacted:github]': 1, count: 2, redactions: ['github', 'password'] },
    },
  });
  expect(event.idempotency_key).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('an event without a secret is written as it is', () => {
  const data = { tokens: { input: 3 }, hash: '8f14e45fceea167a5a36dedd4bea2543', deep: [[{ a: null }]] };
  expect(recorder().record({ data, task_id: 'fix-token:abc123def' }).event).toMatchObject({
    data,
    task_id: 'fix-token:abc123def',
  });
});

test('the same secret under the same key is the same event; another text is another', () => {
  const { record } = recorder();
  const draft = { summary: 'password=hunter2', idempotency_key: 'k' };
  const first = record(draft);
  expect(record(draft)).toMatchObject({ isDuplicate: true, line: first.line });
  expect(() => record({ ...draft, summary: 'token=abc123def' })).toThrow(/already stands for another event/);
});

test('rules that fired before are told on', () => {
  const { event } = recorder().record({ summary: 'password=hunter2', data: { redactions: ['cookie'] } });
  expect(event.data.redactions).toEqual(['cookie', 'password']);
});

test('limits hold for what is written: a marker may be longer than what it hides', () => {
  const { recordAll } = recorder();
  const summary = `${'x'.repeat(4080)} password=a1`;
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(4096);
  expect(recordAll([{ summary }])[0]).toMatchObject({ kind: 'data' });
});

test('a status carries no secret, by a report or by an event', () => {
  const { workspace, record } = recorder({ updatesStatus: true });
  const last_error = 'connect to postgres://u:hunter2@h failed';
  const options = { sessionIdleMs: 3_600_000, warn: () => undefined };
  const report = { at: '2026-11-24T10:00:00.000Z', state: 'error' as const, last_error };
  reportStatus(workspace, 'cls', report, options);
  const read = (): string => readFileSync(statusPath(workspace.root, 'cls'), 'utf8');
  expect(read()).toContain('postgres://u:[redacted:url-credential]@h failed');
  record({ event: 'error', summary: 'password=hunter2' });
  expect(read()).toContain('password=[redacted:password]');
  const log = readFileSync(join(workspace.root, 'g/ledger/cls/2026-11-24.jsonl'), 'utf8');
  expect(read() + log).not.toContain('hunter2');
});

test('the same report again is no news, secret or not', () => {
  const { workspace, dayPath, clock } = recorder();
  const options = { sessionIdleMs: 3_600_000, warn: () => undefined };
  for (let round = 0; round < 3; round++) {
    clock.advanceMs(1000);
    const at = new Date(clock.nowMs()).toISOString();
    reportStatus(workspace, 'cls', { at, state: 'error', last_error: 'password=hunter2' }, options);
  }
  expect(readFileSync(dayPath(), 'utf8').trim().split('\n')).toHaveLength(1);
});

test('a status made again from an old line with a secret has none', () => {
  const { workspace, dayPath } = recorder();
  const old = {
    ts: '2026-11-24T09:00:00+00:00',
    agent: 'cls',
    session_id: 's',
    event: 'error',
    task_id: 'T',
  };
  mkdirSync(dirname(dayPath()), { recursive: true });
  appendFileSync(
    dayPath(),
    `${JSON.stringify({ ...old, source: 'x', summary: 'password=hunter2', data: {} })}\n`,
  );
  rebuildStatus(workspace, 'cls', { sessionIdleMs: 3_600_000, warn: () => undefined });
  const status = readFileSync(statusPath(workspace.root, 'cls'), 'utf8');
  expect(JSON.parse(status)).toMatchObject({ state: 'error', last_error: 'password=[redacted:password]' });
});
