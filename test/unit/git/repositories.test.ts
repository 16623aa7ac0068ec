/** The branch in every kind of repository that people have. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { git } from '../../support/git.js';
import {
  type Machine,
  machineAt,
  makeMachine,
  makeRemote,
  receive,
  setUpMachine,
  sync,
  tell,
} from '../../support/machines.js';
import { temporaryDirectory } from '../../support/workspace.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** Sends and receives with a machine that has nothing special. */
async function expectExchange(machine: Machine, remote: string, ...initOptions: string[]): Promise<void> {
  const other = makeMachine(remote, undefined, ...initOptions);
  tell(machine, 'cls', 'from here');
  await setUpMachine(machine);
  tell(other, 'cls', 'from there');
  await setUpMachine(other);
  await receive(machine);
  tell(machine, 'cls', 'again');
  await sync(machine);
  await receive(other);
  const lines = (path: string): number => git(remote, 'show', `ledger:${path}`).split('\n').length;
  const paths = git(remote, 'ls-tree', '-r', '--name-only', 'ledger', 'g/').split('\n');
  expect(paths.map(lines).sort()).toEqual([1, 2]);
  expect([...machine.warnings, ...other.warnings]).toEqual([]);
}

test('with SHA-256', async () => {
  const remote = makeRemote('--object-format=sha256');
  await expectExchange(
    makeMachine(remote, undefined, '--object-format=sha256'),
    remote,
    '--object-format=sha256',
  );
});

test('with reftable', async ({ skip }) => {
  const probe = join(temporaryDirectory(), 'p');
  try {
    git('/', 'init', '--quiet', '--ref-format=reftable', probe);
  } catch {
    skip('this git knows no reftable (2.45 does)');
  }
  const remote = makeRemote();
  await expectExchange(makeMachine(remote, undefined, '--ref-format=reftable'), remote);
});

test('with packed refs and objects, cleaned up as eagerly as git can', async () => {
  const remote = makeRemote();
  const machine = makeMachine(remote);
  tell(machine, 'cls', 'one');
  await setUpMachine(machine);
  for (const summary of ['two', 'three']) {
    git(machine.top, 'pack-refs', '--all', '--prune');
    git(machine.top, '-c', 'gc.pruneExpire=now', 'gc', '--quiet', '--prune=now');
    tell(machine, 'cls', summary);
    await sync(machine);
  }
  const other = makeMachine(remote);
  await setUpMachine(other);
  await receive(machine);
  expect(machine.warnings).toEqual([]);
});

test('in a shallow clone, also when the ledger branch itself was cut off', async () => {
  const remote = makeRemote();
  const first = makeMachine(remote);
  git(first.top, 'push', '--quiet', 'origin', 'main');
  tell(first, 'cls', 'one');
  await setUpMachine(first);
  tell(first, 'cls', 'two');
  await sync(first);
  const top = join(temporaryDirectory(), 'shallow');
  git('/', 'clone', '--quiet', '--depth=1', '--no-single-branch', '--branch=main', `file://${remote}`, top);
  const shallow = machineAt(top);
  tell(shallow, 'cls', 'from the shallow one');
  await setUpMachine(shallow);
  tell(first, 'cls', 'three');
  await sync(first);
  git(top, 'fetch', '--quiet', '--depth=1', 'origin');
  tell(shallow, 'cls', 'four');
  await sync(shallow);
  await sync(first);
  expect([...first.warnings, ...shallow.warnings]).toEqual([]);
  const paths = git(remote, 'ls-tree', '-r', '--name-only', 'ledger', 'g/').split('\n');
  expect(paths.map(path => git(remote, 'show', `ledger:${path}`).split('\n').length).sort()).toEqual([2, 3]);
});

test('in a partial clone, and one of a single branch', async () => {
  const remote = makeRemote();
  git(remote, 'config', 'uploadpack.allowFilter', 'true');
  git(remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const first = makeMachine(remote);
  git(first.top, 'push', '--quiet', 'origin', 'main');
  tell(first, 'cls', 'one');
  await setUpMachine(first);
  for (const options of [['--filter=blob:none'], ['--filter=tree:0'], ['--single-branch']]) {
    const top = join(temporaryDirectory(), 'partial');
    git('/', 'clone', '--quiet', ...options, '--branch=main', `file://${remote}`, top);
    const partial = machineAt(top);
    tell(partial, 'cls', 'from the partial one');
    await setUpMachine(partial);
    tell(first, 'cls', 'more');
    await sync(first);
    await receive(partial);
    expect(partial.warnings).toEqual([]);
  }
});

test('from a linked worktree, whatever becomes of it', async () => {
  const remote = makeRemote();
  const machine = makeMachine(remote);
  tell(machine, 'cls', 'one');
  await setUpMachine(machine);
  const linked = join(temporaryDirectory(), 'linked');
  git(machine.top, 'worktree', 'add', '--quiet', linked);
  mkdirSync(join(linked, 'deep'));
  const there = machineAt(join(linked, 'deep'), { makesRoot: false });
  expect(there.workspace.root).toBe(machine.workspace.root);
  tell(there, 'cls', 'two');
  await sync(there);
  for (const ruin of [
    () => writeFileSync(join(linked, '.git'), 'garbage'),
    () => renameSync(linked, `${linked}-moved`),
    () => rmSync(`${linked}-moved`, { recursive: true }),
    () => writeFileSync(join(machine.top, '.git/worktrees/linked/HEAD'), 'garbage'),
    () => writeFileSync(join(machine.top, '.git/index.lock'), ''),
    () => writeFileSync(join(machine.top, '.git/worktrees/linked/index.lock'), ''),
  ]) {
    ruin();
    tell(machine, 'cls', 'and on');
    await sync(machine);
  }
  expect(git(remote, 'rev-list', '--count', 'ledger')).toBe('8');
});
