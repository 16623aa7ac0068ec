/** What is the person's stays theirs, to the byte, and nothing of theirs is run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compact } from '../../../tools/lib/sync/compact.js';
import { withExchange } from '../../../tools/lib/sync/open.js';
import { forceResync } from '../../../tools/lib/sync/resync.js';
import { git } from '../../support/git.js';
import {
  machineAt,
  makeMachine,
  makeRemote,
  sending,
  setUpMachine,
  sync,
  tell,
} from '../../support/machines.js';
import { temporaryDirectory } from '../../support/workspace.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** What git keeps of the branch: objects, our refs, and the ref of the remote that follows a push. */
const OURS =
  /^(?:agent-ledger|objects|(?:logs\/)?refs\/ledger|logs\/refs\/remotes\/origin\/ledger|refs\/remotes\/origin\/ledger)(?:\/|$)/;

function filesIn(directory: string, below = ''): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(join(directory, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    if (OURS.test(path)) continue;
    const full = join(directory, path);
    if (statSync(full).isDirectory())
      for (const [key, value] of filesIn(directory, path)) files.set(key, value);
    else files.set(path, `${statSync(full).mode} ${statSync(full).mtimeMs} ${readFileSync(full, 'latin1')}`);
  }
  return files;
}

/** Without running anything of the person's either. */
function statusOf(top: string): string {
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
  return git(top, ...quiet, 'status', '--porcelain=v2', '--ignored', '--', ':!g', ':!agents');
}

const HOOKS = [
  ...['pre-push', 'reference-transaction', 'post-checkout', 'post-commit', 'pre-commit', 'commit-msg'],
  ...[
    'prepare-commit-msg',
    'post-merge',
    'post-rewrite',
    'pre-auto-gc',
    'post-index-change',
    'fsmonitor-watchman',
  ],
];

const SETTINGS = (hooks: string): Record<string, string> => ({
  'core.hooksPath': hooks,
  'core.fsmonitor': `${hooks}/fsmonitor-watchman`,
  'commit.gpgSign': 'true',
  'push.gpgSign': 'if-asked',
  'gpg.program': `${hooks}/pre-commit`,
  'core.autocrlf': 'true',
  'push.followTags': 'true',
  'fetch.prune': 'true',
  'gc.auto': '1',
  'maintenance.auto': 'true',
  'transfer.fsckObjects': 'true',
  'core.logAllRefUpdates': 'always',
});

/** A rebase that has stopped, with a stash, and something staged, changed and untracked. */
function interrupt(top: string): void {
  const commit = (text: string): void => {
    writeFileSync(join(top, 'file'), text);
    git(top, 'add', 'file');
    git(top, 'commit', '--quiet', `--message=${text}`);
  };
  commit('one');
  git(top, 'switch', '--quiet', '--create', 'side');
  commit('two');
  git(top, 'switch', '--quiet', 'main');
  commit('three');
  writeFileSync(join(top, 'file'), 'stashed');
  git(top, 'stash', 'push', '--quiet');
  expect(() => git(top, 'rebase', '--quiet', 'side')).toThrow();
  writeFileSync(join(top, 'staged'), 'x');
  git(top, 'add', 'staged');
  writeFileSync(join(top, 'untracked'), 'x');
}

/** Hooks and settings, each of which leaves a line in a file when it is run. */
function setTraps(top: string, ran: string): void {
  const hooks = join(top, 'my-hooks');
  for (const directory of [join(top, '.git/hooks'), hooks]) {
    mkdirSync(directory, { recursive: true });
    for (const name of HOOKS)
      writeFileSync(join(directory, name), `#!/bin/sh\necho ${name} >>'${ran}'\nexit 1\n`, { mode: 0o755 });
  }
  for (const [key, value] of Object.entries(SETTINGS(hooks))) git(top, 'config', key, value);
}

test('in the middle of a rebase, nothing of the person is touched, and nothing is run', async () => {
  const remote = makeRemote();
  const { top } = makeMachine(remote);
  const ran = join(temporaryDirectory(), 'ran');
  interrupt(top);
  setTraps(top, ran);
  const machine = machineAt(top);
  const other = makeMachine(remote);
  tell(other, 'cls', 'there');
  await setUpMachine(other);
  tell(machine, 'cls', 'here');
  const work = statusOf(top);
  const before = filesIn(join(top, '.git'));
  await setUpMachine(machine);
  tell(machine, 'cls', 'more');
  await sync(machine);
  await withExchange(machine.options, exchange => compact(exchange, sending, Infinity));
  await withExchange(machine.options, exchange => forceResync(exchange, machine.options, sending));
  const after = filesIn(join(top, '.git'));
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [path, content] of before) expect(`${path} ${after.get(path)}`).toBe(`${path} ${content}`);
  expect(statusOf(top)).toBe(work);
  expect(existsSync(ran)).toBe(false);
  expect(machine.warnings).toEqual([]);
});

test('called from a hook of git, with its variables set, it still finds the right repository', async () => {
  const remote = makeRemote();
  const machine = makeMachine(remote);
  tell(machine, 'cls', 'one');
  const elsewhere = makeMachine(remote);
  machine.options.environment = {
    ...machine.options.environment,
    GIT_DIR: join(elsewhere.top, '.git'),
    GIT_INDEX_FILE: join(elsewhere.top, 'index'),
    GIT_WORK_TREE: elsewhere.top,
    GIT_CONFIG_PARAMETERS: "'core.hooksPath=/nowhere'",
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'remote.origin.url',
    GIT_CONFIG_VALUE_0: '/nowhere',
    GIT_OBJECT_DIRECTORY: '/nowhere',
    GIT_AUTHOR_NAME: 'Somebody',
  };
  await setUpMachine(machine);
  expect(execFileSync('git', ['-C', elsewhere.top, 'for-each-ref', 'refs/ledger']).toString()).toBe('');
  expect(git(remote, 'log', '-1', '--format=%an', 'ledger')).toBe(machine.workspace.writer);
});

test('the branches that a person sees are theirs alone', async () => {
  const remote = makeRemote();
  const machine = makeMachine(remote);
  tell(machine, 'cls', 'one');
  await setUpMachine(machine);
  await sync(machine);
  expect(git(machine.top, 'branch', '--format=%(refname)')).toBe('refs/heads/main');
  expect(git(machine.top, 'tag')).toBe('');
});
