/** What git sees before and after, with the real git. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { changedFiles, parseStatus, readTreeState } from '../../../tools/lib/git/changed-files.js';
import { gitEnvironment } from '../../../tools/lib/git/environment.js';
import { runGit } from '../../../tools/lib/git/run-git.js';
import { temporaryDirectory } from '../../support/workspace.js';

function repository(): { cwd: string; git: (...args: string[]) => void } {
  const cwd = temporaryDirectory();
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@e', ...args], { cwd, stdio: 'ignore' });
  };
  git('init', '-q');
  return { cwd, git };
}

test('edits, new and removed files, commits, and files that were dirty before', async () => {
  const { cwd, git } = repository();
  const call = { cwd, environment: process.env, timeoutMs: 10_000 };
  for (const name of ['a', 'b', 'c', 'd d', 'e']) writeFileSync(join(cwd, name), name);
  git('add', '.');
  git('commit', '-qm', 'x');
  writeFileSync(join(cwd, 'a'), 'dirty before and left alone');
  writeFileSync(join(cwd, 'b'), 'dirty before');
  const before = await readTreeState(call);
  writeFileSync(join(cwd, 'b'), 'dirty again');
  rmSync(join(cwd, 'c'));
  writeFileSync(join(cwd, 'd d'), 'committed');
  git('commit', '-qm', 'y', '--', 'd d');
  mkdirSync(join(cwd, 'new'));
  writeFileSync(join(cwd, 'new/naïve "file"\n'), '');
  const after = await readTreeState(call);
  expect(await changedFiles(before!, after!, call)).toEqual(['b', 'c', 'd d', 'new/naïve "file"\n']);
});

test('a repository without a commit has an empty head', () => {
  expect(parseStatus('# branch.oid (initial)\0# branch.head main\0? a b\0')).toEqual({
    ...{ head: '', ahead: 0, behind: 0 },
    entries: [{ code: '??', path: 'a b' }],
  });
});

test('GIT_* leads nowhere, and nobody is asked for a password', () => {
  const environment = gitEnvironment({
    GIT_DIR: '/elsewhere',
    GIT_INDEX_FILE: 'x',
    PATH: '/bin',
    LANG: 'de',
  });
  expect(environment).toEqual({
    ...{ PATH: '/bin', LANG: 'de', LC_ALL: 'C' },
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
  });
});

test('a call that takes too long is killed with what it started', async () => {
  const { cwd, git } = repository();
  const hook = join(cwd, 'slow.sh');
  writeFileSync(hook, '#!/bin/sh\nsleep 30\n');
  chmodSync(hook, 0o755);
  git('config', 'alias.slow', `!${hook}`);
  await expect(runGit(['slow'], { cwd, environment: process.env, timeoutMs: 200 })).rejects.toThrow(Failure);
});

test('no git, no answer', async () => {
  const call = { cwd: temporaryDirectory(), environment: { PATH: '/nowhere' }, timeoutMs: 1000 };
  await expect(runGit(['status'], call)).rejects.toThrow(/cannot be started/);
});
