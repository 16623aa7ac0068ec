import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { recordEvent } from '../../../tools/lib/journal/record.js';
import { summarizeSession } from '../../../tools/lib/journal/summarize.js';
import type { Draft } from '../../../tools/lib/ledger/append.js';
import { parseSessionId } from '../../../tools/lib/record/ids.js';
import { refusal } from '../../support/failure.js';
import { temporaryWorkspace, testClock } from '../../support/workspace.js';

const ID = '2026-11-24_cls_001';
const session = parseSessionId(ID)!;
const draft: Draft = { event: 'info', task_id: 'T-1', source: 'test', summary: 'hello', data: {} };

function world(start?: string) {
  const clock = testClock(start);
  const workspace = temporaryWorkspace(clock);
  const warnings: string[] = [];
  const record = (more: Partial<Draft> = {}) => {
    const options = { sessionIdleMs: 43_200_000, warn: () => undefined, updatesStatus: false };
    clock.advanceMs(1000);
    return recordEvent(workspace, 'cls', { ...draft, ...more }, options).event;
  };
  const path = join(workspace.root, 'memory/cls/sessions', `${ID}.md`);
  const summarize = () => summarizeSession(workspace, session, { warn: message => warnings.push(message) });
  return { clock, workspace, warnings, record, summarize, path };
}

const text = (path: string): string => readFileSync(path, 'utf8');
const namesIn = (path: string): string[] => readdirSync(dirname(path)).sort();

test('a summary is written once and not touched while nothing changes', () => {
  const { record, summarize, path, warnings } = world();
  record();
  expect(summarize()).toMatchObject({ path, facts: { session_id: ID, total_events: 1 } });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { ino } = statSync(path);
  summarize();
  expect(statSync(path).ino).toBe(ino);
  record();
  summarize();
  expect(text(path)).toContain('**Total events:** 2');
  expect(namesIn(path)).toEqual([`${ID}.md`]);
  expect(warnings).toEqual([]);
});

test('a session nobody wrote in is missing, and leaves no file', () => {
  const { record, workspace, summarize } = world();
  refusal('missing', summarize);
  record({ session_id: '2026-11-24_cls_002', summary: `about ${ID}` });
  refusal('missing', summarize);
  expect(existsSync(join(workspace.root, 'memory'))).toBe(false);
});

test('an outcome is summed up as it was corrected, also by an event of a later session', () => {
  const { record, summarize, path } = world();
  const { id } = record({ event: 'task_result', data: { cost_usd: 1 } });
  record({ session_id: '2026-11-24_cls_002', data: { reconciles: id, cost_usd: 2.5 }, parent_id: id });
  record({ data: { reconciles: id, cost_usd: 3.5 }, parent_id: id, summary: 'usage' });
  expect(summarize().facts).toMatchObject({ cost_usd: 3.5, total_events: 1, tasks: [{ cost_usd: 3.5 }] });
  expect(text(path)).not.toContain('usage');
});

test('notes survive every run', () => {
  const { record, summarize, path } = world();
  record();
  summarize();
  const notes = '\n## My findings\n\n| a | b |\n<!-- agent-ledger:notes 0123456789abcdef -->\nno newline';
  appendFileSync(path, notes);
  for (let run = 0; run < 3; run++) {
    record();
    summarize();
    expect(text(path).endsWith(`\n${notes.trimStart()}`)).toBe(true);
    expect(text(path).split(notes)).toHaveLength(2);
  }
});

test('a file somebody else made goes whole under Notes', () => {
  const { record, summarize, path, warnings } = world();
  record();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '# What we did\n\nA lot.\n');
  summarize();
  expect(text(path)).toContain('# Session');
  expect(text(path).endsWith('\n# What we did\n\nA lot.\n')).toBe(true);
  expect(warnings).toEqual([expect.stringContaining('kept under Notes')]);
  record();
  summarize();
  expect(text(path).split('A lot.')).toHaveLength(2);
  expect(warnings).toHaveLength(1);
});

test.each([
  ['edited', (path: string) => writeFileSync(path, text(path).replace('# Session', '# My session'))],
  ['binary', (path: string) => writeFileSync(path, Buffer.from([0xff, 0, 1]))],
])('a file that was %s is kept beside the new one', (origin, change) => {
  const { record, summarize, path, warnings } = world();
  record();
  summarize();
  change(path);
  const changed = readFileSync(path);
  summarize();
  const [, aside, ...more] = namesIn(path);
  expect(more).toEqual([]);
  expect(aside).toMatch(new RegExp(`^${ID}\\.md\\.${origin}-[0-9a-f-]{36}$`));
  expect(readFileSync(join(dirname(path), aside!))).toEqual(changed);
  expect(text(path)).toContain('# Session');
  expect(warnings).toEqual([expect.stringContaining(aside!)]);
});

test('the session is read from every day it spans, in the order things happened', () => {
  const { clock, record, summarize } = world('2026-11-24T23:59:58.000Z');
  record({ summary: 'before midnight' });
  record({ summary: 'after midnight' });
  clock.advanceMs(10 * 3_600_000);
  record({ summary: 'in the morning' });
  const { facts } = summarize();
  expect(facts.timeline.map(({ summary }) => summary)).toEqual([
    'before midnight',
    'after midnight',
    'in the morning',
  ]);
  expect(facts.last_event_at.slice(0, 10)).toBe('2026-11-25');
});

test('a traveller who goes back over midnight keeps the order, too', () => {
  const { record, summarize } = world();
  const ts = ['2026-11-24T00:30:00.000+07:00', '2026-11-23T18:00:00.000+00:00'];
  for (const at of ts) record({ ts: at, session_id: ID, summary: at });
  const { facts } = summarize();
  expect(facts.timeline.map(event => event.summary)).toEqual(ts);
  expect(facts.duration_ms).toBe(1_800_000);
});

test("another writer's session of the same id is another session", () => {
  const { record, workspace, summarize } = world();
  const line = JSON.stringify({ ...record(), summary: 'elsewhere', writer: 'other-00000000' });
  writeFileSync(join(workspace.root, 'g/ledger/cls/2026-11-24.other-00000000.jsonl'), `${line}\n`);
  expect(summarize().facts.total_events).toBe(1);
});

test('lines of older tools count, lines that are no events are named and left out', () => {
  const { record, workspace, summarize, warnings } = world();
  record();
  const old = { ts: '2026-11-24T17:00:00+0700', agent: 'cls', session_id: ID, event: 'task_start' };
  const lines = [
    JSON.stringify({ ...old, task_id: 'T-2', source: 'old', summary: 'old', data: {} }),
    JSON.stringify({ ...old, ts: 'yesterday', task_id: 'T-2', summary: 'old', data: {} }),
    `{"session_id":"${ID}", torn`,
  ];
  appendFileSync(join(workspace.root, 'g/ledger/cls/2026-11-24.jsonl'), `${lines.join('\n')}\n`);
  expect(summarize().facts.total_events).toBe(2);
  expect(warnings).toEqual([
    expect.stringMatching(/^skipped 2 lines .*, first line 3 in .*2026-11-24\.jsonl/),
  ]);
});

test('a secret that an older tool wrote is not repeated', () => {
  const { record, workspace, summarize, path } = world();
  const event = record();
  const secret = `ghp_${'a1B2c3'.repeat(6)}`;
  const line = { ...event, event: 'error', summary: `used ${secret}`, data: { error: `Bearer ${secret}` } };
  appendFileSync(join(workspace.root, 'g/ledger/cls/2026-11-24.jsonl'), `${JSON.stringify(line)}\n`);
  const { facts } = summarize();
  expect(facts.errors).toHaveLength(1);
  expect(`${JSON.stringify(facts)} ${text(path)}`).not.toContain(secret);
});

test('a link is followed inside the root and refused when it leads out', () => {
  const { record, workspace, summarize, path } = world();
  record();
  summarize();
  const real = join(workspace.root, 'kept.md');
  const outside = join(workspace.root, '../outside.md');
  writeFileSync(real, '');
  writeFileSync(outside, '');
  const other = join(dirname(path), '2026-11-24_cls_002.md');
  symlinkSync(real, other);
  record({ session_id: '2026-11-24_cls_002' });
  summarizeSession(workspace, { ...session, number: 2 }, { warn: () => undefined });
  expect(lstatSync(other).isSymbolicLink()).toBe(true);
  expect(text(real)).toContain('2026-11-24_cls_002');
  symlinkSync(outside, join(dirname(path), '2026-11-24_cls_003.md'));
  record({ session_id: '2026-11-24_cls_003' });
  refusal('unsafe', () => summarizeSession(workspace, { ...session, number: 3 }, { warn: () => undefined }));
  expect(text(outside)).toBe('');
});
