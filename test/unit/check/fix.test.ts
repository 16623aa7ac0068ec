/** `--fix` with real git: what it writes, and everything that it leaves alone. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdLock } from '../../../tools/lib/disk/lock.js';
import { COMMIT_SUBJECT } from '../../../tools/lib/workplans/write-back.js';
import {
  addRemote,
  briefly,
  type CheckPlace,
  checkPlace,
  driftingPlace,
  shownState,
  statusesIn,
} from '../../support/check.js';
import { rejection } from '../../support/failure.js';
import { git } from '../../support/git.js';
import { planText } from '../../support/workplans.js';
import { linesIn } from '../../support/workspace.js';

test('both ways; a second run changes nothing', async () => {
  const place = checkPlace();
  const path = place.commit('a.md', planText([{ id: 'T-1' }, { id: 'T-2', status: 'done' }]));
  const remote = addRemote(place);
  place.tell('T-1', 'task_result');
  const { findings } = await place.fix();
  expect(findings.map(({ message, isDrift }) => [message.split('; ').at(-1), isDrift])).toEqual([
    ['written back', false],
    ['recorded in the ledger', false],
  ]);
  expect(statusesIn(path)).toEqual(['done', 'done']);
  expect(git(place.root, 'log', '-1', '--format=%B')).toBe(
    `${COMMIT_SUBJECT}\n\nUpdated by ledger-check on 2026-11-24:\n- T-1: todo → done (a.md)`,
  );
  const [event] = linesIn(join(place.root, 'g/ledger/check/2026-11-24.jsonl')).map(line => JSON.parse(line));
  expect(event).toMatchObject({
    event: 'info',
    task_id: 'T-2',
    data: { task_status: 'done', was: 'todo', workplan: 'a.md' },
  });
  expect(git(remote, 'rev-parse', 'main')).toBe(git(place.root, 'rev-parse', 'HEAD'));
  const before = shownState(place.root);
  expect((await place.fix()).findings).toEqual([]);
  expect(shownState(place.root)).toBe(before);
  expect(linesIn(join(place.root, 'g/ledger/check/2026-11-24.jsonl'))).toHaveLength(1);
});

test('what is staged and what is edited elsewhere stays as it is; no hook runs', async () => {
  const place = driftingPlace();
  place.commit('staged.txt', 'old\n');
  place.commit('edited.txt', 'old\n');
  writeFileSync(join(place.root, 'staged.txt'), 'staged\n');
  writeFileSync(join(place.root, 'new.txt'), 'new\n');
  git(place.root, 'add', 'staged.txt', 'new.txt');
  writeFileSync(join(place.root, 'edited.txt'), 'edited\n');
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'post-commit',
    'reference-transaction',
    'post-index-change',
    'pre-push',
  ]) {
    writeFileSync(join(place.root, '.git/hooks', hook), '#!/bin/sh\necho ran >>hooks-ran\nexit 1\n');
    chmodSync(join(place.root, '.git/hooks', hook), 0o755);
  }
  git(place.root, 'config', 'commit.gpgSign', 'true');
  const before = git(place.root, 'status', '--porcelain=v1');
  rmSync(join(place.root, 'hooks-ran'), { force: true });
  await place.fix();
  expect(existsSync(join(place.root, 'hooks-ran'))).toBe(false);
  rmSync(join(place.root, '.git/hooks'), { recursive: true });
  expect(statusesIn(place.path)).toEqual(['done']);
  expect(git(place.root, 'show', '--format=', '--name-only', 'HEAD')).toBe('plans/a.md');
  expect(git(place.root, 'status', '--porcelain=v1')).toBe(before);
  expect(git(place.root, 'diff', '--cached', '--name-only')).toBe('new.txt\nstaged.txt');
});

test('a file with uncommitted edits is passed over, the others are not', async () => {
  const place = driftingPlace();
  const other = place.commit('b.md', planText([{ id: 'T-2' }]));
  place.tell('T-2', 'task_result');
  writeFileSync(place.path, `${readFileSync(place.path)}edited\n`);
  expect(briefly(await place.fix())).toEqual([
    'b.md:11 C-13 WARN',
    'plans/a.md:1 C-15 WARN',
    'plans/a.md:11 C-13 WARN',
  ]);
  expect(statusesIn(place.path)).toEqual(['todo']);
  expect(statusesIn(other)).toEqual(['done']);
  git(place.root, 'add', '.');
  expect(briefly(await place.fix())).toContain('plans/a.md:1 C-15 WARN');
  expect(statusesIn(place.path)).toEqual(['todo']);
});

test.each([
  [
    'a merge',
    ({ root }: CheckPlace) =>
      writeFileSync(join(root, '.git/MERGE_HEAD'), `${git(root, 'rev-parse', 'HEAD')}\n`),
  ],
  ['a detached HEAD', ({ root }: CheckPlace) => git(root, 'checkout', '--quiet', '--detach')],
  ['a locked index', ({ root }: CheckPlace) => writeFileSync(join(root, '.git/index.lock'), '')],
  ['a locked branch', ({ root }: CheckPlace) => writeFileSync(join(root, '.git/refs/heads/main.lock'), '')],
])('nothing is written back during %s', async (_name, begin) => {
  const place = driftingPlace();
  begin(place);
  const before = shownState(place.root);
  expect(briefly(await place.fix())).toEqual(['.:1 C-00 ERROR', 'plans/a.md:11 C-13 WARN']);
  expect(shownState(place.root)).toBe(before);
  expect(statusesIn(place.path)).toEqual(['todo']);
  expect(existsSync(join(place.root, '.git/agent-ledger/writeback.json'))).toBe(false);
});

test('a repository without commits, and a file outside git', async () => {
  const place = checkPlace();
  writeFileSync(join(place.root, 'a.md'), planText([{ id: 'T-1' }]));
  place.tell('T-1', 'task_result');
  expect(briefly(await place.fix())).toEqual(['a.md:1 C-15 WARN', 'a.md:11 C-13 WARN']);
  const outside = join(place.root, '../outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'o.md'), planText([{ id: 'T-3' }]));
  place.tell('T-3', 'error');
  await place.fix({ paths: [outside] });
  expect(statusesIn(join(outside, 'o.md'))).toEqual(['blocked']);
});

test('two sweeps at once: the second goes away', async () => {
  const place = driftingPlace();
  const lock = holdLock(join(place.workspace.control, 'check.lock'))!;
  expect(await rejection('contention', place.fix())).toContain('another ledger-check is at work');
  lock.release();
  await place.fix();
  expect(statusesIn(place.path)).toEqual(['done']);
});

test('--no-writeback leaves the files', async () => {
  const place = driftingPlace();
  const record = { sessionIdleMs: 43_200_000, warn: () => undefined, updatesStatus: false };
  const fix = { writesBack: false, agent: 'check', record, openForWriting: () => place.workspace };
  const { findings } = await place.check({ fix });
  expect(findings.map(({ code, isDrift }) => [code, isDrift])).toEqual([['C-13', undefined]]);
  expect(statusesIn(place.path)).toEqual(['todo']);
});

test('a linked worktree, and CR LF that git converts', async () => {
  const place = checkPlace();
  git(place.root, 'config', 'core.autocrlf', 'true');
  const path = place.commit('a.md', planText([{ id: 'T-1' }]).replaceAll('\n', '\r\n'));
  place.tell('T-1', 'task_result');
  const linked = join(place.root, '../linked');
  git(place.root, 'worktree', 'add', '--quiet', linked);
  await place.fix();
  expect(readFileSync(path, 'utf8')).toBe(planText([{ id: 'T-1', status: 'done' }]).replaceAll('\n', '\r\n'));
  expect(git(place.root, 'status', '--porcelain')).toBe('');
  await place.fix({ paths: [linked] });
  expect(statusesIn(join(linked, 'a.md'))).toEqual(['done']);
  expect(git(linked, 'status', '--porcelain')).toBe('');
  rmSync(linked, { recursive: true });
});

test('done and blocked against each other are never flipped', async () => {
  const place = checkPlace();
  const path = place.commit(
    'a.md',
    planText([
      { id: 'T-1', status: 'blocked' },
      { id: 'T-2', status: 'cancelled' },
    ]),
  );
  place.tell('T-1', 'task_start');
  place.tell('T-2', 'task_result');
  for (let run = 0; run < 3; run++) {
    expect(briefly(await place.fix())).toEqual(['a.md:11 C-18 WARN', 'a.md:19 C-18 WARN']);
  }
  expect(statusesIn(path)).toEqual(['blocked', 'cancelled']);
});
