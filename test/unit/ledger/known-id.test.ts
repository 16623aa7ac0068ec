import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { recordEvent, recordEvents } from '../../../tools/lib/journal/record.js';
import type { Draft } from '../../../tools/lib/ledger/append.js';
import { dayFilePath } from '../../../tools/lib/ledger/day-file.js';
import { IdMemory } from '../../../tools/lib/ledger/id-memory.js';
import { uuidV7 } from '../../../tools/lib/record/ids.js';
import { linesIn, temporaryWorkspace, testClock } from '../../support/workspace.js';

const OPTIONS = { sessionIdleMs: 43_200_000, warn: () => undefined, updatesStatus: false };
const draft = (id: string, more: Partial<Draft> = {}): Draft => ({
  ...{ id, event: 'info', task_id: 'T-1', source: 'test', summary: 'once', data: {} },
  ...more,
});

const remembering = (nowMs: () => number) => [{}, { ids: new IdMemory(nowMs) }];

test('an event whose id is there already is returned, and nothing is written', () => {
  const clock = testClock();
  for (const memory of remembering(clock.nowMs)) {
    const workspace = temporaryWorkspace(clock);
    const options = { ...OPTIONS, ...memory };
    const id = uuidV7(clock.nowMs());
    const first = recordEvent(workspace, 'cls', draft(id), options);
    expect(first.event.id).toBe(id);
    for (let count = 0; count < 3; count++) {
      clock.advanceMs(700);
      recordEvent(workspace, 'cls', draft(uuidV7(clock.nowMs())), options);
      const again = recordEvent(workspace, 'cls', draft(id), options);
      expect(again).toMatchObject({ line: first.line, isDuplicate: true });
    }
    expect(linesIn(dayFilePath(workspace.root, 'cls', '2026-11-24'))).toHaveLength(4);
  }
});

test('the same id with other content is refused, also within one batch; one in data is none', () => {
  const workspace = temporaryWorkspace();
  const id = uuidV7(workspace.clock.nowMs());
  const other = draft(uuidV7(workspace.clock.nowMs()), { data: { id, text: `"id":"${id}"` } });
  const outcomes = recordEvents(
    workspace,
    'cls',
    [other, draft(id), draft(id), draft(id, { summary: 'x' })],
    OPTIONS,
  );
  expect(outcomes.slice(0, 3)).toMatchObject([
    { isDuplicate: false },
    { isDuplicate: false },
    { isDuplicate: true },
  ]);
  expect(outcomes[3]).toBeInstanceOf(Failure);
});

test('an event that was written before midnight is found after it', () => {
  const clock = testClock('2026-11-24T23:59:59.900Z');
  for (const memory of remembering(clock.nowMs)) {
    clock.setMs(Date.parse('2026-11-24T23:59:59.900Z'));
    const workspace = temporaryWorkspace(clock);
    const id = uuidV7(clock.nowMs());
    recordEvent(workspace, 'cls', draft(id), { ...OPTIONS, ...memory });
    clock.advanceMs(2000);
    expect(recordEvent(workspace, 'cls', draft(id), { ...OPTIONS, ...memory })).toMatchObject({
      isDuplicate: true,
    });
  }
});

test('what another process has written is found, whether the memory began before it or after it', () => {
  const clock = testClock();
  for (const begins of ['before', 'after']) {
    const workspace = temporaryWorkspace(clock);
    const warm = { ...OPTIONS, ids: new IdMemory(clock.nowMs) };
    if (begins === 'before') recordEvent(workspace, 'cls', draft(uuidV7(clock.nowMs())), warm);
    const ids = Array.from({ length: 50 }, () => uuidV7(clock.nowMs()));
    recordEvents(
      workspace,
      'cls',
      ids.map(id => draft(id)),
      OPTIONS,
    );
    clock.advanceMs(1000);
    const outcomes = recordEvents(
      workspace,
      'cls',
      ids.map(id => draft(id)),
      warm,
    );
    expect(outcomes.every(outcome => !(outcome instanceof Failure) && outcome.isDuplicate)).toBe(true);
  }
});

test('a memory forgets the oldest ids, and they are found all the same', () => {
  const clock = testClock();
  const workspace = temporaryWorkspace(clock);
  const warm = { ...OPTIONS, ids: new IdMemory(clock.nowMs) };
  const first = uuidV7(clock.nowMs());
  recordEvent(workspace, 'cls', draft(first), warm);
  const path = dayFilePath(workspace.root, 'cls', '2026-11-24');
  for (let round = 0; round < 3; round++) {
    const lines = Array.from({ length: 21_000 }, () => `{"id":"${uuidV7(clock.nowMs())}"}\n`);
    appendFileSync(path, lines.join(''));
    clock.advanceMs(1000);
    recordEvent(workspace, 'cls', draft(uuidV7(clock.nowMs())), warm);
  }
  expect(recordEvent(workspace, 'cls', draft(first), warm)).toMatchObject({ isDuplicate: true });
});
