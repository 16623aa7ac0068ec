import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordQueue } from '../../../tools/lib/daemon/record-queue.js';
import { holdLock } from '../../../tools/lib/disk/lock.js';
import { dayFilePath } from '../../../tools/lib/ledger/day-file.js';
import { rejection } from '../../support/failure.js';
import { linesIn, temporaryWorkspace } from '../../support/workspace.js';

const OPTIONS = { sessionIdleMs: 43_200_000, warn: () => undefined, updatesStatus: false };
const draft = (summary: string) => ({ event: 'info', task_id: 'T-1', source: 'test', summary, data: {} });

test('events of many calls are recorded in their order, and one that is refused refuses no other', async () => {
  const workspace = temporaryWorkspace();
  const queue = new RecordQueue();
  const summaries = Array.from({ length: 1200 }, (_, index) => `number ${index}`);
  const all = summaries.map(summary => queue.record(workspace, 'cls', draft(summary), OPTIONS));
  const refused = queue.record(workspace, 'cls', draft('x'.repeat(5000)), OPTIONS);
  await rejection('data', refused);
  const appended = await Promise.all(all);
  expect(appended.map(({ event }) => event.seq)).toEqual(summaries.map((_, index) => index + 1));
  const lines = linesIn(dayFilePath(workspace.root, 'cls', '2026-11-24'));
  expect(lines.map(line => JSON.parse(line).summary)).toEqual(summaries);
});

test('while another process has the lock, others are served, and what comes later stays behind', async () => {
  const workspace = temporaryWorkspace();
  const queue = new RecordQueue();
  mkdirSync(join(workspace.control, 'locks'), { recursive: true });
  const held = holdLock(join(workspace.control, 'locks/cls.lock'))!;
  const first = queue.record(workspace, 'cls', draft('first'), OPTIONS);
  await queue.record(workspace, 'andy', draft('of another'), OPTIONS);
  const second = queue.record(workspace, 'cls', draft('second'), OPTIONS);
  await new Promise(resolve => setTimeout(resolve, 30));
  held.release();
  expect((await first).event.seq).toBe(1);
  expect((await second).event.seq).toBe(2);
});

test('a lock that is kept for as long as a caller would wait is contention', async () => {
  const workspace = { ...temporaryWorkspace(), lockTimeoutMs: 60 };
  mkdirSync(join(workspace.control, 'locks'), { recursive: true });
  const held = holdLock(join(workspace.control, 'locks/cls.lock'))!;
  expect(
    await rejection('contention', new RecordQueue().record(workspace, 'cls', draft('x'), OPTIONS)),
  ).toContain('the files of cls');
  held.release();
});
