/** Whether the branch is set up here, and what becomes of a state that is damaged. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readState } from '../../../tools/lib/sync/state.js';
import { rejection } from '../../support/failure.js';
import { git } from '../../support/git.js';
import { makeMachine, makeRemote, setUpMachine, sync, tell } from '../../support/machines.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

test('the state of the branch: damaged it is made again, missing it is not set up', async () => {
  const remote = makeRemote();
  const [a, b] = [makeMachine(remote), makeMachine(remote)];
  await setUpMachine(a);
  await setUpMachine(b);
  const path = join(a.workspace.control, 'sync-state.json');
  const { ledger_head } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, '{"schema_version":1');
  tell(b, 'cls', 'meanwhile');
  await sync(b);
  await sync(a);
  expect(a.warnings).toEqual([expect.stringMatching(/was damaged .* kept as .*sync-state\.json\.damaged$/)]);
  expect(readState(a.workspace)).toMatchObject({ remote: 'origin', branch: 'ledger' });
  expect(readState(a.workspace)).not.toMatchObject({ ledger_head });
  rmSync(path);
  expect(await rejection('setup', sync(a))).toMatch(/--setup-ledger/);
});

test('when somebody has removed our refs and what they kept, setting up again is told to, and does it', async () => {
  const remote = makeRemote();
  const a = makeMachine(remote);
  tell(a, 'cls', 'one');
  await setUpMachine(a);
  for (const ref of git(a.top, 'for-each-ref', '--format=%(refname)', 'refs/ledger', 'refs/remotes').split(
    '\n',
  ))
    git(a.top, 'update-ref', '-d', ref);
  git(a.top, 'reflog', 'expire', '--expire=now', '--all');
  git(a.top, 'gc', '--quiet', '--prune=now');
  tell(a, 'cls', 'two');
  expect(await rejection('setup', sync(a))).toMatch(/no longer in this repository; run "ledger-sync --setup/);
  expect(readdirSync(join(a.top, '.git')).join()).not.toMatch(/crash/);
  expect(await setUpMachine(a)).toMatchObject({ isNew: false, isKnown: false });
  expect(git(remote, 'grep', '--count', 'two', 'ledger')).toMatch(/:1$/);
});

test('without a remote, outside git, with a branch of something else: not set up', async () => {
  const a = makeMachine('../nowhere.git');
  expect(await rejection('offline', setUpMachine(a))).toMatch(/cannot fetch ledger from origin/);
  expect(readState(a.workspace)).toBeUndefined();
  git(a.top, 'remote', 'remove', 'origin');
  expect(await rejection('setup', setUpMachine(a))).toMatch(/git remote add origin/);
  const remote = makeRemote();
  git(a.top, 'remote', 'add', 'origin', remote);
  writeFileSync(join(a.top, 'code.c'), 'int main;');
  git(a.top, 'add', 'code.c');
  git(a.top, 'commit', '--quiet', '--message=code');
  git(a.top, 'push', '--quiet', 'origin', 'main:ledger');
  expect(await rejection('data', setUpMachine(a))).toMatch(/something else/);
  const outside = { ...a.options, workspace: { ...a.workspace, commonDirectory: undefined } };
  expect(() => setUpMachine({ ...a, options: outside })).toThrowError(/in no git repository/);
});
