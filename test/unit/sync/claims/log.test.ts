/** Claims logs on the branch: ours goes out day by day, others' are checked when they arrive. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { sha256Hex } from '../../../../tools/lib/sha256.js';
import { mergedLogs, type PlacedOp } from '../../../../tools/lib/sync/claims/foreign-log.js';
import { acquireOnce, act, release } from '../../../support/claiming.js';
import {
  linesOnBranch,
  makeMachine,
  makeRemote,
  pushFiles,
  receive,
  setUpMachine,
  sync,
} from '../../../support/machines.js';

vi.setConfig({ testTimeout: 120_000 });

const DAY = '2026-11-24';
const path = (part = ''): string => `claims/log/${DAY}.far-1${part}.jsonl`;
const text = (lines: string[]): string => lines.map(line => `${line}\n`).join('');

const dayOf = (line: string): string => (JSON.parse(line) as { ts: string }).ts.slice(0, 10);

function chain(count: number, day = DAY): string[] {
  let prev = sha256Hex('claims/far-1');
  return Array.from({ length: count }, (_, index) => {
    const ids = { lease_id: `0190a000-0000-7000-8000-${String(index).padStart(12, '0')}`, epoch: index + 1 };
    const who = { agent: 'cls', writer: 'far-1', worktree: 'main', actor: 'cls', reason: null };
    const op = { ts: `${day}T10:00:00.000+00:00`, op: 'release', task_id: 'T-1', ...ids, ...who };
    const line = JSON.stringify({ schema_version: 1, seq: index + 1, ...op, prev });
    prev = sha256Hex(line);
    return line;
  });
}

test('what is acquired and released here is on the branch line by line, once', async () => {
  const remote = makeRemote();
  const here = makeMachine(remote);
  await setUpMachine(here);
  const { workspace } = here;
  const log = (): string[] =>
    readFileSync(join(workspace.control, 'claims.jsonl'), 'utf8').trimEnd().split('\n');
  const published = (): string[] =>
    linesOnBranch(remote, `claims/log/${dayOf(log()[0]!)}.${workspace.writer}.jsonl`);
  act(workspace, 'T-1', acquireOnce());
  await sync(here);
  act(workspace, 'T-1', release);
  await sync(here);
  expect(published()).toEqual(log());
  // Without its mark everything is compared, and nothing is sent twice.
  rmSync(join(workspace.control, 'sync/marks'), { recursive: true });
  act(workspace, 'T-2', acquireOnce());
  await sync(here);
  expect(published()).toEqual(log());
  expect(here.warnings).toEqual([]);
});

test('a log that was changed, that lies or does not fit its name is refused', async () => {
  const remote = makeRemote();
  const here = makeMachine(remote);
  await setUpMachine(here);
  const lines = chain(5);
  const copy = (): string =>
    readFileSync(join(here.workspace.control, 'sync/claim-log', path().slice('claims/log/'.length)), 'utf8');
  pushFiles(remote, { [path()]: text(lines.slice(0, 2)) });
  await receive(here);
  expect(copy()).toBe(text(lines.slice(0, 2)));
  const refused: [RegExp, string][] = [
    [/changed or lost lines/, text(lines.slice(0, 1))],
    [/ends within a line/, text(lines.slice(0, 3)).slice(0, -1)],
    [/no claim op of/, text([...lines.slice(0, 2), '{}'])],
    [/no claim op of/, text([...lines.slice(0, 2), chain(3, '2026-11-25')[2]!])],
    [/repeats number 2/, text([...lines.slice(0, 2), lines[1]!])],
    [/does not continue/, text([...lines.slice(0, 2), lines[2]!.replace('T-1', 'T-2'), lines[3]!])],
  ];
  for (const [why, content] of refused) {
    pushFiles(remote, { [path()]: content });
    const { context } = await receive(here);
    expect(context.tally.refused).toEqual([path()]);
    expect(here.warnings.at(-1)).toMatch(why);
    expect(copy()).toBe(text(lines.slice(0, 2)));
  }
  pushFiles(remote, { [path()]: text(lines.slice(0, 4)), [path('.2')]: text(lines.slice(4)) });
  expect((await receive(here)).context.tally.refused).toEqual([]);
  expect(copy()).toBe(text(lines.slice(0, 4)));
});

test('logs are merged by time, and no log against its own order', () => {
  const op = (writer: string, seq: number, time: string): PlacedOp =>
    ({ writer, op: { seq, ts: `2026-11-24T${time}:00.000+00:00` } }) as PlacedOp;
  const ops = [op('b', 1, '10:00'), op('a', 2, '09:00'), op('a', 1, '11:00'), op('b', 2, '12:00')];
  expect(mergedLogs(ops).map(({ writer, op: { seq } }) => `${writer}${seq}`)).toEqual([
    'b1',
    'a1',
    'a2',
    'b2',
  ]);
});
