import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRoot, gitPlaceAbove } from '../../../tools/lib/root/find.js';
import { refusal } from '../../support/failure.js';
import { git, makeRepository } from '../../support/git.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** The root found from a directory. */
function rootFrom(cwd: string, environment: Record<string, string> = {}, flag?: string): string {
  return findRoot({ cwd, environment, flag }).root;
}

function made(...parts: string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

test('the order is: flag, LEDGER_ROOT, LUKA_SOT, the nearest g/ledger, the top of the repository', () => {
  const directory = temporaryDirectory();
  const repository = makeRepository(made(directory, 'repository'));
  const below = made(repository, 'a/b/c');
  const [one, two, three] = ['one', 'two', 'three'].map(name => made(directory, name)) as [
    string,
    string,
    string,
  ];
  expect(rootFrom(below)).toBe(repository);
  made(repository, 'a/g/ledger');
  expect(rootFrom(below)).toBe(join(repository, 'a'));
  expect(rootFrom(below, { LUKA_SOT: one })).toBe(one);
  expect(rootFrom(below, { LUKA_SOT: one, LEDGER_ROOT: two })).toBe(two);
  expect(rootFrom(below, { LUKA_SOT: one, LEDGER_ROOT: two }, three)).toBe(three);
  expect(rootFrom(below, { LUKA_SOT: one, LEDGER_ROOT: '' })).toBe(one);
});

test('a named root is resolved from the working directory, and through links', () => {
  const directory = temporaryDirectory();
  const root = made(directory, 'root');
  symlinkSync(root, join(directory, 'link'));
  expect(rootFrom(directory, {}, 'root')).toBe(root);
  expect(rootFrom(directory, { LEDGER_ROOT: './link' })).toBe(root);
});

test('without any root the answer names ledger-init', () => {
  const directory = temporaryDirectory();
  expect(refusal('setup', () => rootFrom(directory))).toMatch(/no ledger here or above .*run "ledger-init"/);
  writeFileSync(join(directory, 'file'), '');
  for (const flag of ['missing', 'file', 'file/below', '']) {
    expect(refusal('setup', () => rootFrom(directory, {}, flag))).toMatch(/is not a directory.*ledger-init/);
  }
});

test('a linked worktree leads to the main one, also when it holds a g/ledger itself', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const linked = join(main, '../linked');
  git(main, 'worktree', 'add', '--quiet', linked);
  const below = made(linked, 'src');
  expect(findRoot({ cwd: below, environment: {} })).toMatchObject({ root: main, worktree: 'linked' });
  made(linked, 'g/ledger');
  expect(rootFrom(linked)).toBe(main);
  expect(findRoot({ cwd: main, environment: {} }).worktree).toBe('main');
});

test('a worktree inside the main one, and a root below the top, are told apart', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  git(main, 'worktree', 'add', '--quiet', '.worktrees/feature-x');
  expect(findRoot({ cwd: join(main, '.worktrees/feature-x'), environment: {} })).toMatchObject({
    ...{ root: main, worktree: 'feature-x' },
    git: { top: main, commonDirectory: join(main, '.git') },
  });
});

test('the worktrees of a bare repository are roots of their own', () => {
  const directory = temporaryDirectory();
  const source = makeRepository(join(directory, 'source'));
  const bare = join(directory, 'project.git');
  git(directory, 'clone', '--quiet', '--bare', source, bare);
  git(bare, 'worktree', 'add', '--quiet', join(directory, 'one'), 'main');
  expect(findRoot({ cwd: made(directory, 'one/src'), environment: {} })).toMatchObject({
    ...{ root: join(directory, 'one'), worktree: 'one' },
    git: { commonDirectory: bare },
  });
});

test('a submodule is a repository of its own', () => {
  const directory = temporaryDirectory();
  const library = makeRepository(join(directory, 'library'));
  const main = makeRepository(join(directory, 'main'));
  git(main, 'submodule', '--quiet', 'add', library, 'vendor/library');
  const inside = join(main, 'vendor/library');
  expect(findRoot({ cwd: inside, environment: {} })).toMatchObject({
    ...{ root: inside, worktree: 'main' },
    git: { commonDirectory: join(main, '.git/modules/vendor/library') },
  });
  made(main, 'g/ledger');
  expect(rootFrom(inside)).toBe(main);
});

test('a .git that leads nowhere is passed over', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const linked = join(main, 'linked');
  git(main, 'worktree', 'add', '--quiet', linked);
  rmSync(join(main, '.git/worktrees'), { recursive: true });
  expect(rootFrom(linked)).toBe(main);
  writeFileSync(join(linked, '.git'), 'nonsense\n');
  expect(gitPlaceAbove(linked)).toMatchObject({ top: main });
});

test('a circle of links or a file in the place of g is passed over', () => {
  const directory = temporaryDirectory();
  made(directory, 'g/ledger');
  const below = made(directory, 'a/b');
  symlinkSync('g', join(directory, 'a/g'));
  writeFileSync(join(below, 'g'), '');
  expect(rootFrom(below)).toBe(directory);
});
