/** `--fix` beside an upstream: never from behind it, and nothing piles up. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
import { git } from '../../support/git.js';
import { planText } from '../../support/workplans.js';

const headSubject = ({ root }: CheckPlace): string => git(root, 'log', '-1', '--format=%s');

test('behind the upstream nothing is written; with --remote it is pulled first', async () => {
  const place = driftingPlace();
  place.commit('b.md', planText([{ id: 'T-2', status: 'done' }]));
  const remote = addRemote(place);
  const other = join(place.root, '../other');
  git('/', 'clone', '--quiet', remote, other);
  git(other, 'commit', '--quiet', '--allow-empty', '--message=theirs');
  git(other, 'push', '--quiet');
  const before = git(place.root, 'rev-parse', 'HEAD');
  expect(briefly(await place.fix())).toEqual([
    '.:1 C-14 WARN',
    'b.md:11 C-10 WARN',
    'plans/a.md:11 C-13 WARN',
  ]);
  expect(git(place.root, 'rev-parse', 'HEAD')).toBe(before);
  expect(existsSync(join(place.root, 'g/ledger/check'))).toBe(false);
  expect(briefly(await place.fix({ pulls: true }))).toEqual(['b.md:11 C-10 WARN', 'plans/a.md:11 C-13 WARN']);
  expect(headSubject(place)).toBe(COMMIT_SUBJECT);
  expect(git(remote, 'log', '--format=%s', 'main').split('\n')).toEqual([
    COMMIT_SUBJECT,
    'theirs',
    'change',
    'change',
  ]);
});

test('branches that diverged cannot be pulled, so nothing is fixed', async () => {
  const place = driftingPlace();
  const remote = addRemote(place);
  const other = join(place.root, '../other');
  git('/', 'clone', '--quiet', remote, other);
  git(other, 'commit', '--quiet', '--allow-empty', '--message=theirs');
  git(other, 'push', '--quiet');
  place.commit('b.txt', 'mine');
  const before = shownState(place.root).split('\n')[0];
  expect(briefly(await place.fix({ pulls: true }))).toEqual(['.:1 C-14 WARN', 'plans/a.md:11 C-13 WARN']);
  expect(git(place.root, 'rev-parse', 'HEAD')).toBe(before);
});

test('an unreachable remote is passed over; the commit waits, no other is made, and it is pushed first', async () => {
  const place = driftingPlace();
  const remote = addRemote(place);
  git(place.root, 'remote', 'set-url', 'origin', join(place.root, '../gone.git'));
  expect(briefly(await place.fix())).toEqual(['.:1 C-16 WARN', 'plans/a.md:11 C-13 WARN']);
  expect(statusesIn(place.path)).toEqual(['done']);
  place.commit('b.md', planText([{ id: 'T-2' }]));
  git(place.root, 'reset', '--quiet', '--soft', 'HEAD~1');
  git(place.root, 'stash', '--quiet');
  place.tell('T-1', 'reopen');
  place.clock.advanceMs(86_400_000 * 400);
  place.tell('T-1', 'reopen');
  const waiting = git(place.root, 'rev-parse', 'HEAD');
  expect(briefly(await place.fix())).toEqual(['.:1 C-16 WARN', 'plans/a.md:11 C-13 WARN']);
  expect(git(place.root, 'rev-parse', 'HEAD')).toBe(waiting);
  git(place.root, 'remote', 'set-url', 'origin', remote);
  expect(briefly(await place.fix())).toEqual(['plans/a.md:11 C-13 WARN']);
  expect(statusesIn(place.path)).toEqual(['todo']);
  expect(git(remote, 'rev-list', '--count', 'main')).toBe('3');
});

test('commits of the person are not pushed; ours waits with them', async () => {
  const place = driftingPlace();
  const remote = addRemote(place);
  place.commit('b.txt', 'mine');
  const pushed = git(remote, 'rev-parse', 'main');
  expect(briefly(await place.fix())).toEqual(['.:1 C-16 WARN', 'plans/a.md:11 C-13 WARN']);
  expect(headSubject(place)).toBe(COMMIT_SUBJECT);
  expect(git(remote, 'rev-parse', 'main')).toBe(pushed);
  expect(briefly(await place.fix())).toEqual(['.:1 C-16 WARN']);
});

test('a protected branch: the commit waits, and no more are made', async () => {
  const place = driftingPlace();
  const remote = addRemote(place);
  writeFileSync(join(remote, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(remote, 'hooks/pre-receive'), 0o755);
  expect(briefly(await place.fix())).toContain('.:1 C-16 WARN');
  place.tell('T-1', 'info', { task_status: 'cancelled' });
  await place.fix();
  expect(git(place.root, 'rev-list', '--count', 'origin/main..HEAD')).toBe('1');
});

test('two machines at once: one commit gets there, the other is taken back, and both end alike', async () => {
  const one = driftingPlace();
  const remote = addRemote(one);
  const two = checkPlace(join(one.root, '../two'));
  git(two.root, 'remote', 'add', 'origin', remote);
  git(two.root, 'fetch', '--quiet');
  git(two.root, 'reset', '--quiet', '--hard', 'origin/main');
  git(two.root, 'branch', '--quiet', '--set-upstream-to=origin/main');
  // Another commit than that of the first machine.
  git(two.root, 'config', 'user.name', 'Two');
  two.tell('T-1', 'task_result');
  const checked = await Promise.all([one.fix(), two.fix()]);
  const codes = checked.map(({ findings }) =>
    findings.map(({ code, isDrift }) => `${code} ${isDrift ?? ''}`).join(),
  );
  expect(codes.sort()).toEqual(['C-13 false', 'C-14 ,C-13 true']);
  expect(git(remote, 'rev-list', '--count', 'main')).toBe('2');
  for (const place of [one, two]) {
    expect(git(place.root, 'status', '--porcelain')).toBe('');
    expect((await place.fix({ pulls: true })).findings).toEqual([]);
    expect(git(place.root, 'rev-parse', 'HEAD')).toBe(git(remote, 'rev-parse', 'main'));
  }
});
