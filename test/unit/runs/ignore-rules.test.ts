/** What `.gitignore` files leave out, held against real git. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ignoreRules, isIgnored } from '../../../tools/lib/runs/snapshot/ignore-rules.js';
import { walkTree } from '../../../tools/lib/runs/snapshot/walk.js';
import { git } from '../../support/git.js';
import { rounds, seededBelow } from '../../support/rounds.js';
import { temporaryDirectory } from '../../support/workspace.js';

const NAMES = ['a', 'b', 'ab', 'a.c', 'x y', 'ä', '[a]', '!a', '#a', 'a-', '*'];
const PARTS = [
  'a',
  'b',
  '*',
  '?',
  '**',
  'a*',
  '*.c',
  '[ab]',
  '[!a]',
  '[^b-z]',
  '[[:alpha:]]',
  '[a',
  '[]a]',
  '\\*',
  '\\a',
];
const WHOLE = [
  '#a',
  '\\#a',
  '\\!a',
  'a  ',
  'x\\ y',
  'ä',
  '*ä',
  '??',
  '',
  '/',
  '!',
  '[a-]',
  '[[:no:]]',
  'a\\',
  '***',
  '[\\]a]',
  '[[:alpha:]-]',
];

function randomPattern(below: (limit: number) => number): string {
  const pick = (list: string[]): string => list[below(list.length)]!;
  if (below(5) === 0) return pick(WHOLE);
  const parts = Array.from({ length: 1 + below(3) }, () => pick(PARTS));
  const negation = below(4) === 0 ? '!' : '';
  return `${negation}${below(5) === 0 ? '/' : ''}${parts.join('/')}${below(5) === 0 ? '/' : ''}`;
}

function randomRules(below: (limit: number) => number): string {
  const lines = Array.from({ length: 1 + below(4) }, () => randomPattern(below));
  return `${below(8) === 0 ? '\ufeff' : ''}${lines.join(below(4) === 0 ? '\r\n' : '\n')}\n`;
}

function write(top: string, path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

test('random trees with nested .gitignore files: the same files as git lists', () => {
  const below = seededBelow(3);
  for (let round = 0; round < rounds(12, 1000); round++) {
    const top = temporaryDirectory();
    git(top, 'init', '--quiet');
    const directories = ['', ...Array.from({ length: 6 }, () => randomDirectory(below))];
    for (const directory of directories) {
      for (const name of NAMES.filter(() => below(2) === 0)) {
        // One of these may be a directory already.
        if (!directories.some(other => `${other}/`.startsWith(`${directory}${name}/`)))
          write(top, `${directory}${name}`, '');
      }
    }
    const rules = new Map<string, string>();
    for (const directory of directories.filter(() => below(2) === 0))
      rules.set(directory, randomRules(below));
    for (const [directory, text] of rules) write(top, `${directory}.gitignore`, text);
    const listed = git(top, 'ls-files', '-z', '--others', '--exclude-per-directory=.gitignore').split('\0');
    const walked = [...walkTree({ top, isRepository: true }, message => expect(message).toBe(''))];
    const shown = JSON.stringify([...rules]);
    expect(walked.map(({ path }) => path).sort(), shown).toEqual(listed.filter(path => path !== '').sort());
  }
});

/** `d/`, `d/e/` …: names of directories that are no names of files. */
function randomDirectory(below: (limit: number) => number): string {
  const names = ['da', 'db', 'd.c'];
  return Array.from({ length: 1 + below(3) }, () => `${names[below(names.length)]}/`).join('');
}

test('single patterns, as git checks them', () => {
  const below = seededBelow(4);
  const top = temporaryDirectory();
  git(top, 'init', '--quiet');
  const paths = [
    'a',
    'b',
    'ab',
    'a.c',
    'd/a',
    'd/e/a',
    'd/e/b',
    'a/b',
    'ä',
    'é.c',
    'd/x y',
    'x',
    '[a',
    'a]',
    '-',
  ];
  for (let round = 0; round < rounds(25, 2000); round++) {
    const text = `${randomPattern(below)}\n${randomPattern(below)}\n`;
    write(top, '.gitignore', text);
    const rules = ignoreRules(text, '', undefined);
    const ours = paths.filter(path => isLeftOut(rules, path));
    expect(ours, JSON.stringify(text)).toEqual(checkedByGit(top, paths));
  }
});

function isLeftOut(rules: ReturnType<typeof ignoreRules>, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_part, index) =>
    isIgnored(rules, parts.slice(0, index + 1).join('/'), index < parts.length - 1),
  );
}

function checkedByGit(top: string, paths: string[]): string[] {
  // Status 1 says that none is left out.
  const alias = 'alias.check=!git check-ignore --no-index -- "$@" || test $? -eq 1 #';
  const answer = git(top, '-c', 'core.quotePath=false', '-c', alias, 'check', ...paths);
  return answer.split('\n').filter(path => path !== '');
}

test('a hostile pattern takes no time', () => {
  const rules = ignoreRules(`${'*a'.repeat(40)}b\n${'**/'.repeat(40)}b\n`, '', undefined);
  const path = `${'a'.repeat(200)}/`.repeat(20);
  expect(isIgnored(rules, `${path}c`, false)).toBe(false);
});
