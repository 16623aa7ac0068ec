import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../tools/lib/record/config.js';
import { findRoot } from '../../../tools/lib/root/find.js';
import { configText, makeRoot } from '../../../tools/lib/setup/make-root.js';
import { temporaryDirectory } from '../../support/workspace.js';

const SCHEMA = 'file:///opt/agent-ledger/schemas/v1/config.json';
const make = (cwd: string, operand?: string, environment: Record<string, string> = {}) =>
  makeRoot({ cwd, operand, environment }, SCHEMA);
const failing = (kind: string, message: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(message) });

function git(directory: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  execFileSync('git', ['-C', directory, ...identity, ...args], { stdio: 'pipe' });
}

/** A repository with one commit. */
function repository(directory = join(temporaryDirectory(), 'repo')): string {
  execFileSync('git', ['init', '-q', directory]);
  git(directory, 'commit', '-q', '--allow-empty', '-m', 'first');
  return directory;
}

/** Every file with its content, and every directory with its mode. */
function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => {
      const stats = statSync(join(directory, name));
      const content = stats.isFile() ? readFileSync(join(directory, name), 'latin1') : '';
      return `${name} ${stats.mode} ${stats.mtimeMs} ${content}`;
    });
}

test('a root has its directories, private, and a configuration that is valid', () => {
  const directory = join(temporaryDirectory(), 'deep/down');
  const { root, made, ignored } = make('/', directory);
  expect(root).toBe(directory);
  expect(made).toEqual(['g/ledger', 'agents', 'memory', 'ledger.config.json']);
  expect(ignored).toEqual([]);
  for (const name of ['.', 'g', 'g/ledger', 'agents', 'memory']) {
    expect(statSync(join(root, name)).mode & 0o777).toBe(0o700);
  }
  const config = readFileSync(join(root, 'ledger.config.json'), 'utf8');
  expect(config).toBe(configText(SCHEMA));
  expect(parseConfig(config, {}, () => undefined).ledger.session_idle_hours).toBe(12);
});

test('a second time changes nothing, byte for byte', () => {
  const root = repository();
  make(root);
  const before = snapshot(root);
  expect(make(root)).toMatchObject({ made: [], ignored: [] });
  expect(snapshot(root)).toEqual(before);
});

test('what is there already is left as it is, and the rest is completed', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'ledger.config.json'), '{"ledger":{}}');
  mkdirSync(join(directory, 'agents'), { mode: 0o755 });
  expect(make(directory).made).toEqual(['g/ledger', 'memory']);
  expect(readFileSync(join(directory, 'ledger.config.json'), 'utf8')).toBe('{"ledger":{}}');
  expect(statSync(join(directory, 'agents')).mode & 0o777).toBe(0o755);
});

test('git clean and git status do not see what is written', () => {
  const root = repository();
  make(root);
  for (const name of [
    'g/ledger/cls/2026-11-24.jsonl',
    'agents/cls/status.json',
    'memory/cls/sessions/s.md',
  ]) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), 'kept');
  }
  writeFileSync(join(root, 'agents/mine.md'), 'somebody else wrote this');
  git(root, 'clean', '-fdq');
  expect(existsSync(join(root, 'g/ledger/cls/2026-11-24.jsonl'))).toBe(true);
  expect(existsSync(join(root, 'agents/cls/status.json'))).toBe(true);
  expect(existsSync(join(root, 'memory/cls/sessions/s.md'))).toBe(true);
  expect(existsSync(join(root, 'ledger.config.json'))).toBe(true);
  expect(existsSync(join(root, 'agents/mine.md'))).toBe(false);
});

test('without a directory, inside a repository, the top of it is the root', () => {
  const top = repository();
  mkdirSync(join(top, 'src'));
  expect(make(join(top, 'src')).root).toBe(top);
});

test('without a directory, the environment goes before the place one is in', () => {
  const directory = join(temporaryDirectory(), 'named');
  expect(make(repository(), undefined, { LEDGER_ROOT: directory }).root).toBe(directory);
});

test('a directory below the top of a repository can be named, and is ignored there', () => {
  const top = repository();
  expect(make(top, 'team/a').ignored).toContain('/team/a/g/ledger/');
});

test('a linked worktree leads to its main worktree', () => {
  const main = repository();
  const linked = join(main, '../linked');
  git(main, 'worktree', 'add', '-q', linked);
  const made = make('/', join(linked, 'new'));
  expect(made).toMatchObject({ root: main, askedFor: join(linked, 'new') });
  expect(findRoot({ cwd: linked, environment: {} }).root).toBe(main);
  expect(readFileSync(join(main, '.git/info/exclude'), 'utf8')).toContain('\n/g/ledger/\n');
  expect(existsSync(join(linked, 'new'))).toBe(false);
  expect(make(linked)).toMatchObject({ root: main, made: [], askedFor: undefined });
});

test('a link to a directory is followed', () => {
  const base = temporaryDirectory();
  mkdirSync(join(base, 'real'));
  symlinkSync('real', join(base, 'link'));
  expect(make(base, 'link').root).toBe(join(base, 'real'));
});

test('a link that leads nowhere is refused', () => {
  const base = temporaryDirectory();
  symlinkSync('nowhere', join(base, 'link'));
  expect(() => make(base, 'link')).toThrow(failing('unsafe', /leads nowhere/));
  expect(() => make(base, 'link/below')).toThrow(failing('unsafe', /leads nowhere/));
});

test('a file is refused, also as a parent', () => {
  const base = temporaryDirectory();
  writeFileSync(join(base, 'file'), '');
  expect(() => make(base, 'file')).toThrow(failing('disk', /not a directory/));
  expect(() => make(base, 'file/below')).toThrow(
    failing('disk', /file in the place|not a directory|ENOTDIR/),
  );
});

test("git's own files are refused", () => {
  const base = temporaryDirectory();
  execFileSync('git', ['init', '-q', '--bare', join(base, 'bare.git')]);
  const working = repository(join(base, 'working'));
  for (const place of ['bare.git', 'bare.git/new', 'working/.git', 'working/.git/info']) {
    expect(() => make(base, place)).toThrow(failing('unsafe', /own files/));
  }
  git(working, 'clone', '-q', '--bare', working, join(base, 'hub'));
  git(join(base, 'hub'), 'worktree', 'add', '-q', join(base, 'hub/tree'));
  expect(make(base, 'hub/tree').root).toBe(join(base, 'hub/tree'));
});

test('a place inside another root is refused and nothing is made', () => {
  const outer = temporaryDirectory();
  make(outer);
  expect(() => make(outer, 'inner')).toThrow(failing('unsafe', /inside the root/));
  expect(existsSync(join(outer, 'inner'))).toBe(false);
  mkdirSync(join(outer, 'below'));
  expect(make(join(outer, 'below')).root).toBe(outer);
});

test('a directory of ours that leads out of the root is refused', () => {
  const base = temporaryDirectory();
  mkdirSync(join(base, 'root'));
  mkdirSync(join(base, 'elsewhere'));
  symlinkSync('../elsewhere', join(base, 'root/agents'));
  expect(() => make(base, 'root')).toThrow(failing('unsafe', /leads out of the root/));
});
