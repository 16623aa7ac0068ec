/** The spool: nothing waits, nothing is lost, nothing comes twice. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { timestampNow } from '../../../tools/lib/clock.js';
import { withLock } from '../../../tools/lib/disk/lock.js';
import { Failure } from '../../../tools/lib/failure.js';
import { deliverNotices } from '../../../tools/lib/journal/deliver.js';
import { spoolDirectory, spoolNotice } from '../../../tools/lib/journal/spool.js';
import { contentOf, eventsIn, payload, tell } from '../../support/deliver.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const options = { sessionIdleMs: 43_200_000, warn: () => undefined };

function spool(workspace: ReturnType<typeof temporaryWorkspace>, text: string): void {
  const notice = { at: timestampNow(workspace.clock), worktree: 'main', ...contentOf(text, { workspace }) };
  spoolNotice(spoolDirectory(workspace, 'cls'), notice, workspace.clock);
}

test('what waits is delivered first, in order, with the time it was told', () => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  for (const name of ['SessionStart', 'UserPromptSubmit', 'Stop']) {
    spool(workspace, payload(`claude-${name}.json`));
    clock.advanceMs(1000);
  }
  tell({ workspace }, payload('claude-SessionEnd.json'));
  const events = eventsIn(workspace.root);
  expect(events.map(({ event, ts }) => `${event} ${ts.slice(17, 23)}`)).toEqual([
    ...['info 00.000', 'task_start 01.000', 'task_result 02.000', 'info 03.000'],
  ]);
  expect(events[2]!.data.duration_ms).toBe(1000);
  expect(readdirSync(spoolDirectory(workspace, 'cls'))).toEqual([]);
});

test('a crash after delivering and before clearing doubles nothing', () => {
  const workspace = temporaryWorkspace();
  for (const changes of [{}, { hook_event_name: 'SubagentStart' }, { hook_event_name: 'Stop' }]) {
    spool(workspace, payload('claude-SessionStart.json', changes));
  }
  const directory = spoolDirectory(workspace, 'cls');
  const kept = join(directory, '..', 'kept');
  mkdirSync(kept);
  for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(kept, name));
  deliverNotices(workspace, 'cls', [], options);
  const once = eventsIn(workspace.root);
  expect(once).toHaveLength(3);
  for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(directory, name));
  deliverNotices(workspace, 'cls', [], options);
  expect(eventsIn(workspace.root)).toEqual(once);
});

test('what waited over midnight goes into the file of its day', () => {
  const clock = testClock('2026-11-24T23:59:59.500Z');
  const workspace = temporaryWorkspace(clock);
  spool(workspace, payload('claude-SessionStart.json'));
  clock.advanceMs(1000);
  tell({ workspace }, payload('claude-UserPromptSubmit.json'));
  expect(eventsIn(workspace.root).map(({ ts }) => ts.slice(0, 10))).toEqual(['2026-11-24', '2026-11-25']);
});

test('a damaged notice is set aside, the others are delivered', () => {
  const workspace = temporaryWorkspace();
  const directory = spoolDirectory(workspace, 'cls');
  spool(workspace, payload('claude-SessionStart.json'));
  const name = '00000000-0000-7000-8000-000000000000.json';
  writeFileSync(join(directory, name), '{"id":"x","at"');
  const warnings: string[] = [];
  deliverNotices(workspace, 'cls', [], { ...options, warn: message => warnings.push(message) });
  expect(eventsIn(workspace.root)).toHaveLength(1);
  expect(readdirSync(directory)).toEqual([`${name}.damaged`]);
  expect(warnings).toHaveLength(1);
});

test('a lock that is held is contention, not a wait', () => {
  const workspace = { ...temporaryWorkspace(), lockTimeoutMs: 0 };
  tell({ workspace }, payload('claude-SessionStart.json'));
  const lock = join(workspace.control, 'locks/cls.lock');
  const guards = 'the test';
  withLock(lock, { clock: workspace.clock, timeoutMs: 0, guards }, () => {
    const before = workspace.clock.nowMs();
    expect(() => tell({ workspace }, payload('claude-Stop.json'))).toThrow(Failure);
    expect(workspace.clock.nowMs()).toBe(before);
  });
});
