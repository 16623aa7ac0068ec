import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordEvent } from '../../../tools/lib/journal/record.js';
import type { Draft } from '../../../tools/lib/ledger/append.js';
import { linesIn, temporaryWorkspace } from '../../support/workspace.js';

const draft: Draft = { event: 'info', task_id: 'T-1', source: 'test', summary: 'hello', data: {} };
const options = { sessionIdleMs: 3_600_000, warn: () => undefined, updatesStatus: false };

test('an event is one line of its day file, its first eight fields in their order', () => {
  const workspace = temporaryWorkspace();
  const { event, line } = recordEvent(workspace, 'cls', draft, options);
  expect(linesIn(join(workspace.root, 'g/ledger/cls/2026-11-24.jsonl'))).toEqual([line]);
  expect(Object.keys(JSON.parse(line)).slice(0, 8)).toEqual([
    ...['ts', 'agent', 'session_id', 'event', 'task_id', 'source', 'summary', 'data'],
  ]);
  expect(event).toMatchObject({ session_id: '2026-11-24_cls_001', seq: 1 });
});
