/** What is handed to git: names that are names, an environment that leads nowhere else, words without secrets. */
import { spawnSync } from 'node:child_process';
import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { gitEnvironment } from '../../../tools/lib/git/environment.js';
import { lastWords, withoutUserInfo } from '../../../tools/lib/git/git-failure.js';
import { checkBranchName, checkRemoteName, isObjectId } from '../../../tools/lib/git/names.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';

const gitTakes = (name: string): boolean =>
  spawnSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' }).status === 0;

function weTake(name: string): boolean {
  try {
    return checkBranchName(name) === name;
  } catch {
    return false;
  }
}

const PARTS = 'a ledger / . .. - @ { ~ ^ : ? * [ \\ .lock HEAD é \u007f'.split(' ').concat(' ');
const BAD_NAMES = ['', '-x', '--upload-pack=x', '@', 'HEAD', 'a..b', 'a/', '/a', 'a.lock', 'a b', '@{-1}'];

test('a branch name that we take is one that git takes', () => {
  const parts = fastCheck.array(fastCheck.constantFrom(...PARTS), { minLength: 1, maxLength: 5 });
  checkProperty(
    fastCheck.property(parts, all => {
      const name = all.join('');
      if (weTake(name)) expect(gitTakes(name), name).toBe(true);
    }),
    40,
  );
  for (const good of ['ledger', 'team/ledger-2', 'é', 'a.b', '@a']) expect(weTake(good)).toBe(gitTakes(good));
  for (const bad of [...BAD_NAMES, 'x'.repeat(201)])
    expect(refusal('data', () => checkBranchName(bad))).toMatch(/no name for a branch/);
});

test('a remote is named, never a URL, a path or an option', () => {
  for (const good of ['origin', 'up-stream', 'team.2']) expect(checkRemoteName(good)).toBe(good);
  for (const bad of ['', '-c', 'https://x/y', '../x', '/x', 'a b', 'x..y', 'ext::sh -c x', 'a.lock'])
    expect(refusal('data', () => checkRemoteName(bad))).toMatch(/no name of a remote/);
});

test('the names of objects are told from other words', () => {
  expect(isObjectId('a'.repeat(40))).toBe(true);
  expect(isObjectId('0'.repeat(64))).toBe(true);
  for (const bad of ['', 'HEAD', 'a'.repeat(39), 'A'.repeat(40), `${'a'.repeat(40)}\n`])
    expect(isObjectId(bad)).toBe(false);
});

test('the environment of git leads to no other repository and asks nobody', () => {
  const given = {
    ...{ PATH: '/bin', GIT_DIR: '/x', GIT_WORK_TREE: '/x', GIT_INDEX_FILE: '/x', GIT_NAMESPACE: 'x' },
    ...{ GIT_AUTHOR_NAME: 'x', GIT_CONFIG_PARAMETERS: 'x', GIT_TRACE: '1', GIT_EDITOR: 'x', LC_ALL: 'de_DE' },
    ...{ GIT_SSH_COMMAND: 'ssh -i key', GIT_ASKPASS: '/ask', GIT_SSL_CAINFO: '/ca' },
  };
  expect(gitEnvironment(given, '/repo/.git')).toEqual({
    ...{
      PATH: '/bin',
      GIT_DIR: '/repo/.git',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
    },
    ...{ GIT_SSH_COMMAND: 'ssh -i key', GIT_ASKPASS: '/ask', GIT_SSL_CAINFO: '/ca' },
  });
  expect(gitEnvironment({}, undefined)).not.toHaveProperty('GIT_DIR');
});

test.each([
  ['https://me:s3cret@host/x.git', 'https://host/x.git'],
  [
    'fatal: unable to access "http://tok3n@host:80/": refused',
    'fatal: unable to access "http://host:80/": refused',
  ],
  ['ssh://git@host/x and ftp://a:b@c/d', 'ssh://host/x and ftp://c/d'],
  ['git@host:x.git', 'git@host:x.git'],
  ['../remote.git', '../remote.git'],
])('%s is shown without user info', (text, shown) => {
  expect(withoutUserInfo(text)).toBe(shown);
});

test('the last words are one line, whatever git says', () => {
  expect(lastWords('')).toBe('no reason given');
  expect(lastWords('hint: try\nfatal: it is so\nhint: or so\n')).toBe('it is so');
  expect(lastWords('remote: 10%\rremote: 20%\rremote: error: no http://a:b@c/\n\n')).toBe('no http://c/');
  const advice = 'fatal: Could not read from remote repository.\n\nPlease make sure\nand so on.\n';
  expect(lastWords(`ssh: no such host\n${advice}`)).toBe('ssh: no such host');
  expect(lastWords(`fatal: 'r' is no repository\n${advice}`)).toBe("'r' is no repository");
  expect(lastWords('x'.repeat(1000))).toHaveLength(300);
});
