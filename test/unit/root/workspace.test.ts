import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locate, openWorkspace, type Place, withAgentLock } from '../../../tools/lib/root/workspace.js';
import { knownWriter, mintWriter, readWriter } from '../../../tools/lib/root/writer.js';
import { refusal } from '../../support/failure.js';
import { git, makeRepository } from '../../support/git.js';
import { temporaryDirectory, temporaryWorkspace, testClock } from '../../support/workspace.js';

const options = { clock: testClock(), lockTimeoutMs: 0 };
const placeOf = (cwd: string, environment: Record<string, string> = {}): Place =>
  locate({ cwd, environment });
const writerOf = (cwd: string): string => openWorkspace(placeOf(cwd), options).writer;

test('the control plane is in the git directory, shared by all worktrees', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  git(main, 'worktree', 'add', '--quiet', '../linked');
  expect(placeOf(main).control).toBe(join(main, '.git/agent-ledger'));
  expect(placeOf(join(main, '../linked'))).toEqual({
    ...{
      root: main,
      commonDirectory: join(main, '.git'),
      control: join(main, '.git/agent-ledger'),
      worktree: 'linked',
    },
  });
});

test('a root below the top, and each worktree of a bare repository, has a control plane of its own', () => {
  const directory = temporaryDirectory();
  const main = makeRepository(join(directory, 'main'));
  mkdirSync(join(main, 'a/g/ledger'), { recursive: true });
  expect(placeOf(join(main, 'a')).control).toMatch(/main\/\.git\/agent-ledger\/roots\/[0-9a-f]{16}$/);
  git(main, 'clone', '--quiet', '--bare', '.', '../bare.git');
  for (const name of ['one', 'two'])
    git(join(directory, 'bare.git'), 'worktree', 'add', '--quiet', `../${name}`);
  const [one, two] = ['one', 'two'].map(name => placeOf(join(directory, name)).control);
  expect(one).toMatch(/bare\.git\/agent-ledger\/roots\//);
  expect(one).not.toBe(two);
});

test('without git the control plane is in the state directory, by the path of the root', () => {
  const root = join(temporaryDirectory(), 'root');
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  const state = join(root, '../state');
  expect(placeOf(root, { XDG_STATE_HOME: state }).control).toMatch(/state\/agent-ledger\/[0-9a-f]{16}$/);
  expect(placeOf(root, { HOME: '/home/x' }).control).toMatch(/^\/home\/x\/\.local\/state\/agent-ledger\//);
});

test('looking where things are writes nothing; opening makes a private control plane', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const place = placeOf(main);
  expect(existsSync(place.control)).toBe(false);
  openWorkspace(place, options);
  expect(statSync(place.control).mode & 0o777).toBe(0o700);
  expect(statSync(join(place.control, 'writer')).mode & 0o777).toBe(0o600);
});

test('a writer id is made once', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const writer = writerOf(main);
  expect(writer).toMatch(/^[a-z0-9][a-z0-9-]{0,20}-[0-9a-f]{8}$/);
  expect(writerOf(main)).toBe(writer);
});

test('a root that moved keeps its writer id; a copy gets a new one', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const writer = writerOf(main);
  const moved = join(main, '../moved');
  renameSync(main, moved);
  expect(writerOf(moved)).toBe(writer);
  const copy = join(moved, '../copy');
  cpSync(moved, copy, { recursive: true });
  expect(writerOf(copy)).not.toBe(writer);
  expect(writerOf(moved)).toBe(writer);
  expect(writerOf(copy)).toBe(readWriter(placeOf(copy).control)?.id);
});

test('a copy whose original was replaced by another root keeps its id', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  const writer = writerOf(main);
  const copy = join(main, '../copy');
  renameSync(main, copy);
  makeRepository(main);
  expect(writerOf(main)).not.toBe(writer);
  expect(writerOf(copy)).toBe(writer);
});

test('a damaged writer file is replaced', () => {
  const main = makeRepository(join(temporaryDirectory(), 'main'));
  writerOf(main);
  const { control } = placeOf(main);
  for (const content of ['', 'no newline', 'UPPER\n/path\n', `${'x'.repeat(50)}\n/path\n`]) {
    writeFileSync(join(control, 'writer'), content);
    expect(knownWriter(control)).toBeUndefined();
    expect(knownWriter(control) ?? writerOf(main)).toMatch(/-[0-9a-f]{8}$/);
    expect(readFileSync(join(control, 'writer'), 'utf8')).toMatch(/\n.*agent-ledger\n$/);
  }
});

test('any host name makes a valid writer id', () => {
  const random = () => Uint8Array.of(0, 1, 0xab, 0xff);
  expect(mintWriter('MBP.local', random)).toBe('mbp-0001abff');
  expect(mintWriter("Ölga's MacBook (2)", random)).toBe('lga-s-macbook-2-0001abff');
  expect(mintWriter('', random)).toBe('host-0001abff');
  expect(mintWriter('日本', random)).toBe('host-0001abff');
  expect(mintWriter('---', random)).toBe('host-0001abff');
  expect(mintWriter('a'.repeat(64), random)).toMatch(/^[a-z0-9][a-z0-9-]{0,40}$/);
  expect(mintWriter(`${'a'.repeat(19)}-b`, random)).toMatch(/^[a-z0-9][a-z0-9-]{0,40}$/);
});

test('the lock of an agent excludes the same agent and no other', () => {
  const workspace = { ...temporaryWorkspace(), lockTimeoutMs: 0 };
  withAgentLock(workspace, 'cls', ({ agent }) => {
    expect(agent).toBe('cls');
    expect(refusal('contention', () => withAgentLock(workspace, 'cls', () => 0))).toMatch(/the files of cls/);
    expect(withAgentLock(workspace, 'andy', () => 'free')).toBe('free');
  });
  expect(readdirSync(join(workspace.control, 'locks'))).toEqual(['andy.lock', 'cls.lock']);
});
