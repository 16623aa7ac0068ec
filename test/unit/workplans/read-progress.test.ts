import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Skipped } from '../../../tools/lib/ledger/skipped.js';
import type { Workspace } from '../../../tools/lib/root/workspace.js';
import { statusOf } from '../../../tools/lib/workplans/progress.js';
import { ProgressReader } from '../../../tools/lib/workplans/read-progress.js';
import { appendLines, appendText, eventLine } from '../../support/ledger.js';
import { temporaryWorkspace } from '../../support/workspace.js';

const at = (second: number): string => `2026-11-24T10:00:${String(second).padStart(2, '0')}.000+00:00`;
/** Enough lines that what they come to is kept. */
const MANY = Array.from({ length: 400 }, () =>
  eventLine({ ts: at(0), task_id: 'T-0', summary: 'x'.repeat(200) }),
);

function statuses(workspace: Workspace, skipped = new Skipped()): string {
  const tasks = new ProgressReader(workspace).read(skipped);
  return [...tasks.ids()]
    .map(id => `${id} ${statusOf(tasks.get(id)!) ?? '-'}`)
    .sort()
    .join(', ');
}

const cachePath = ({ control }: Workspace): string => join(control, 'progress.cache');

test('what is kept and what is new give what everything gives', () => {
  const workspace = temporaryWorkspace();
  const { root } = workspace;
  appendLines(
    root,
    'cls/2026-11-24.jsonl',
    ...MANY,
    eventLine({ ts: at(1), task_id: 'T-1', event: 'task_start' }),
  );
  expect(statuses(workspace)).toBe('T-0 -, T-1 in_progress');
  expect(existsSync(cachePath(workspace))).toBe(true);
  appendLines(root, 'cls/2026-11-24.jsonl', eventLine({ ts: at(2), task_id: 'T-1', event: 'task_result' }));
  appendLines(
    root,
    'andy/2026-11-20.far-1.jsonl',
    eventLine({ ts: at(3), agent: 'andy', task_id: 'T-2', event: 'error' }),
  );
  expect(statuses(workspace)).toBe('T-0 -, T-1 done, T-2 blocked');
  rmSync(cachePath(workspace));
  expect(statuses(workspace)).toBe('T-0 -, T-1 done, T-2 blocked');
});

test('a reader that stays reads only what is new', () => {
  const workspace = temporaryWorkspace();
  const reader = new ProgressReader(workspace);
  const path = appendLines(
    workspace.root,
    'cls/2026-11-24.jsonl',
    eventLine({ ts: at(1), task_id: 'T-1', event: 'error' }),
  );
  expect(statusOf(reader.read(new Skipped()).get('T-1')!)).toBe('blocked');
  appendFileSync(path, `${eventLine({ ts: at(2), task_id: 'T-1', event: 'task_result' })}\n{"torn":`);
  expect(statusOf(reader.read(new Skipped()).get('T-1')!)).toBe('done');
  appendFileSync(path, ` 1}\n`);
  const skipped = new Skipped();
  reader.read(skipped);
  expect(skipped.takeMessages()).toHaveLength(1);
});

test.each([
  [
    'a file that was rewritten',
    (path: string) => writeFileSync(path, `${readFileSync(path, 'utf8').replaceAll('T-1', 'T-9')}`),
  ],
  [
    'a file that was cut',
    (path: string) =>
      writeFileSync(
        path,
        `${MANY.join('\n')}\n${eventLine({ ts: at(1), task_id: 'T-9', event: 'error' })}\n`,
      ),
  ],
  [
    'a file that is gone',
    (path: string, root: string) => {
      rmSync(path);
      appendLines(
        root,
        'andy/2026-11-24.jsonl',
        eventLine({ ts: at(1), agent: 'andy', task_id: 'T-9', event: 'error' }),
      );
    },
  ],
])('everything is read again after %s', (_name, change) => {
  const workspace = temporaryWorkspace();
  const lines = [
    ...MANY,
    ...[1, 2, 3].map(second => eventLine({ ts: at(second), task_id: 'T-1', event: 'error' })),
  ];
  const path = appendLines(workspace.root, 'cls/2026-11-24.jsonl', ...lines);
  expect(statuses(workspace)).toContain('T-1 blocked');
  change(path, workspace.root);
  expect(statuses(workspace)).toContain('T-9 blocked');
  expect(statuses(workspace)).not.toContain('T-1');
});

test.each([
  ['damaged', (text: string) => text.replace('T-1', 'T-8')],
  ['cut', (text: string) => text.slice(0, -5)],
  ['empty', () => ''],
  ['of another root', (text: string) => text.replace(/^2 \w+/, '2 0000000000000000')],
  ['of another version', (text: string) => text.replace(/^2 /, '1 ')],
])('a cache that is %s is as if it were not there', (_name, change) => {
  const workspace = temporaryWorkspace();
  appendLines(
    workspace.root,
    'cls/2026-11-24.jsonl',
    ...MANY,
    eventLine({ ts: at(1), task_id: 'T-1', event: 'error' }),
  );
  statuses(workspace);
  writeFileSync(cachePath(workspace), change(readFileSync(cachePath(workspace), 'utf8')));
  expect(statuses(workspace)).toBe('T-0 -, T-1 blocked');
});

test('lines of older tools, of any shape, count; what is no event is told of', () => {
  const workspace = temporaryWorkspace();
  const old =
    '{"data":{"status":"done"},"ts":"2026-11-24T10:00:00+0700","agent":"cls","session_id":"s","event":"task_result","task_id":"Z\\u00e9","source":"zsh","summary":"x"}';
  appendText(workspace.root, 'g/ledger/cls/2026-11-24.jsonl', `${old}\nnot json\n\n{"ts":1}\n`);
  appendText(workspace.root, 'g/ledger/cls/2026-11-23.jsonl', `${old.replace('Z\\u00e9', 'ü\\n')}\n`);
  const skipped = new Skipped();
  expect(statuses(workspace, skipped)).toBe('Zé done, ü\n done');
  expect(skipped.takeMessages()[0]).toContain('2 lines that are no events');
});
