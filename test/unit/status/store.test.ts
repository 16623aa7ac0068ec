import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Workspace, withAgentLock } from '../../../tools/lib/root/workspace.js';
import type { AgentStatus } from '../../../tools/lib/status/fold.js';
import {
  listStatusFiles,
  readStatus,
  setAsideDamaged,
  statusPath,
  writeStatus,
} from '../../../tools/lib/status/store.js';
import { refusal } from '../../support/failure.js';
import { temporaryWorkspace } from '../../support/workspace.js';

const AT = '2026-11-24T10:00:00.000+00:00';
const status: AgentStatus = {
  ...{ agent: 'cls', state: 'busy', last_heartbeat: AT, last_task_id: null },
  ...{ session_id: null, last_error: null, updated_at: AT },
};

const write = (workspace: Workspace): void =>
  withAgentLock(workspace, 'cls', held => writeStatus(held, status));

/** A workspace whose agent has a directory already. */
function started(): { workspace: Workspace; path: string } {
  const workspace = temporaryWorkspace();
  const path = statusPath(workspace.root, 'cls');
  mkdirSync(dirname(path), { recursive: true });
  return { workspace, path };
}

test('a status is private JSON, one key a line, and is read back', () => {
  const workspace = temporaryWorkspace();
  write(workspace);
  const path = statusPath(workspace.root, 'cls');
  expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(status, null, 2)}\n`);
  expect(readStatus(path)).toEqual(status);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('keys that are not ours are kept, whatever they hold', () => {
  const { workspace, path } = started();
  writeFileSync(path, '{"state":"idle","note":{"a":[1]},"__proto__":{"x":1},"constructor":"c"}');
  write(workspace);
  const text = readFileSync(path, 'utf8');
  const value = JSON.parse(text);
  expect(value).toMatchObject({ state: 'busy', note: { a: [1] }, constructor: 'c' });
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
});

test('a link to a file inside the root is followed and stays a link', () => {
  const { workspace, path } = started();
  writeFileSync(join(workspace.root, 'shared.json'), '{"note":1}');
  symlinkSync('../../shared.json', path);
  write(workspace);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(join(workspace.root, 'shared.json'), 'utf8'))).toMatchObject({
    note: 1,
    state: 'busy',
  });
});

test('a link out of the root, and one that leads nowhere, are refused', () => {
  const { workspace, path } = started();
  const outside = join(workspace.root, '../outside.json');
  writeFileSync(outside, '{}');
  symlinkSync(outside, path);
  expect(refusal('unsafe', () => write(workspace))).toMatch(/leads out of the root/);
  expect(readFileSync(outside, 'utf8')).toBe('{}');
  const other = started();
  symlinkSync('nowhere', other.path);
  expect(refusal('unsafe', () => write(other.workspace))).toMatch(/leads nowhere/);
});

test('a directory of the agent that leads out of the root is refused', () => {
  const workspace = temporaryWorkspace();
  const outside = join(workspace.root, '../outside');
  mkdirSync(outside);
  mkdirSync(join(workspace.root, 'agents'));
  symlinkSync(outside, join(workspace.root, 'agents/cls'));
  expect(refusal('unsafe', () => write(workspace))).toMatch(/leads out of the root/);
  expect(readdirSync(outside)).toEqual([]);
});

test('a directory in the place of the file is refused', () => {
  const { workspace, path } = started();
  mkdirSync(path);
  expect(refusal('disk', () => write(workspace))).toMatch(/not a regular file/);
});

test('what is no JSON object is no status, and is set aside whole', () => {
  const { workspace, path } = started();
  for (const content of ['', '{', '[]', 'null', '"x"']) {
    writeFileSync(path, content);
    expect(readStatus(path)).toBeUndefined();
    const aside = withAgentLock(workspace, 'cls', setAsideDamaged);
    expect(aside).toMatch(/status\.json\.damaged-[0-9a-f-]{36}$/);
    expect(readFileSync(aside!, 'utf8')).toBe(content);
  }
  expect(withAgentLock(workspace, 'cls', setAsideDamaged)).toBeUndefined();
  write(workspace);
  expect(withAgentLock(workspace, 'cls', setAsideDamaged)).toBeUndefined();
});

test('the status files of all writers are listed, ours first', () => {
  const { workspace, path } = started();
  const names = [
    'status.json',
    'status.b-1.json',
    'status.a-1.json',
    '.status.json.tmp',
    'status.json.damaged-x',
  ];
  for (const name of names) writeFileSync(join(dirname(path), name), '{}');
  mkdirSync(join(workspace.root, 'agents/andy'));
  writeFileSync(join(workspace.root, 'agents/andy/status.json'), '{}');
  writeFileSync(join(workspace.root, 'agents/notes'), '');
  expect(listStatusFiles(workspace.root).map(({ agent, writer }) => [agent, writer])).toEqual([
    ...[
      ['andy', undefined],
      ['cls', undefined],
      ['cls', 'a-1'],
      ['cls', 'b-1'],
    ],
  ]);
  expect(listStatusFiles(workspace.root, 'andy')).toHaveLength(1);
});
