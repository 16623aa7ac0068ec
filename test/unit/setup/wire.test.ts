import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { planWiring, type Wiring, wire } from '../../../tools/lib/setup/wire.js';
import {
  AGENTS,
  each,
  FILES,
  fileOf,
  place,
  removal,
  snapshot,
  wiringOf,
  write,
} from '../../support/wiring.js';

test.each(each)(
  '%s for the %s: a plan writes nothing, twice is once, removing leaves nothing',
  (name, scope) => {
    const where = place();
    const before = snapshot(where.base);
    const wiring = wiringOf(where, name, { scope });
    expect(planWiring(wiring).changes.map(({ kind }) => kind)).toEqual(['made', 'made']);
    expect(snapshot(where.base)).toEqual(before);
    wire(wiring);
    expect(existsSync(fileOf(where, name, scope))).toBe(true);
    const wired = snapshot(where.home);
    expect(wire(wiring)).toMatchObject({ changes: [], notes: [] });
    expect(snapshot(where.home)).toEqual(wired);
    wire(removal(wiring));
    rmSync(join(where.base, 'state'), { recursive: true });
    expect(snapshot(where.base)).toEqual(before);
    expect(wire(removal(wiring)).changes).toEqual([]);
  },
);

const EXISTING: Record<string, string> = {
  '.json': '\uFEFF{\r\n\t"theirs": [1,2] // mine\r\n}',
  '.toml': '\uFEFF# mine\r\ntheirs = [1,2]   # odd',
};

test.each(each.filter(([name]) => name !== 'opencode'))(
  '%s for the %s: what was there keeps its bytes, its mode and its place behind a link',
  (name, scope) => {
    const where = place();
    const path = fileOf(where, name, scope);
    const target = join(where.base, 'dotfiles/config');
    const before = EXISTING[path.slice(-5)]!;
    write(target, before);
    chmodSync(target, 0o640);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
    const wiring = wiringOf(where, name, { scope });
    const { backups } = wire(wiring);
    const after = readFileSync(target, 'utf8');
    expect(after.startsWith('\uFEFF')).toBe(true);
    expect(after).toContain('-hook');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readFileSync(backups.at(-1)!, 'utf8')).toBe(before);
    wire(removal(wiring));
    expect(readFileSync(target, 'utf8')).toBe(before);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  },
);

test.each(each.filter(([name]) => name !== 'opencode'))(
  '%s for the %s: an edit by the person survives, ours goes',
  (name, scope) => {
    const where = place();
    const path = fileOf(where, name, scope);
    const isToml = path.endsWith('.toml');
    write(path, isToml ? 'a = 1\n' : '{\n  "a": 1\n}\n');
    const wiring = wiringOf(where, name, { scope });
    wire(wiring);
    const edited = readFileSync(path, 'utf8').replace(
      isToml ? 'a = 1' : '"a": 1',
      isToml ? 'a = 2' : '"a": 2',
    );
    writeFileSync(path, edited);
    wire(removal(wiring));
    expect(readFileSync(path, 'utf8')).toBe(isToml ? 'a = 2\n' : '{\n  "a": 2\n}\n');
  },
);

test.each(each.filter(([name]) => name !== 'opencode'))(
  '%s for the %s: wired again after an edit, it still goes altogether',
  (name, scope) => {
    const where = place();
    const path = fileOf(where, name, scope);
    wire(wiringOf(where, name, { scope }));
    const mark = path.endsWith('.toml') ? '# mine\n' : '// mine\n';
    writeFileSync(path, readFileSync(path, 'utf8') + mark);
    wire(wiringOf(where, name, { scope, agent: 'other' }));
    wire(removal(wiringOf(where, name, { scope })));
    expect(readFileSync(path, 'utf8')).toContain('mine');
    expect(readFileSync(path, 'utf8')).not.toContain('-hook');
  },
);

test.each(AGENTS)('%s: an empty file is filled, and is empty again', name => {
  const where = place();
  const path = fileOf(where, name, 'user');
  write(path, '');
  const wiring = wiringOf(where, name);
  wire(wiring);
  expect(readFileSync(path, 'utf8')).toMatch(/-hook/);
  wire(removal(wiring));
  expect(readFileSync(path, 'utf8')).toBe('');
});

test.each(AGENTS)('%s: what is malformed, or somebody else made, is left alone', name => {
  const where = place();
  const path = fileOf(where, name, 'user');
  const latin1 = path.endsWith('.toml') ? 'a = "\xff"' : '{"a": "\xff"}';
  for (const bytes of ['{ "a": ', Buffer.from(latin1, 'latin1')]) {
    write(path, '');
    writeFileSync(path, bytes);
    const before = snapshot(where.base);
    const failing = expect.objectContaining({
      kind: 'data',
      message: expect.stringContaining(`${path} is left alone: `),
    });
    expect(() => planWiring(wiringOf(where, name))).toThrow(failing);
    expect(() => planWiring(removal(wiringOf(where, name)))).toThrow(failing);
    expect(snapshot(where.base)).toEqual(before);
  }
});

test('a file that changes between the look and the write is left alone', () => {
  const where = place();
  const path = fileOf(where, 'claude', 'user');
  write(path, '{}');
  const wiring = wiringOf(where, 'claude');
  const disturbed: Wiring = {
    ...wiring,
    client: {
      ...wiring.client,
      notes: () => {
        writeFileSync(path, '{"theirs": true}');
        return [];
      },
    },
  };
  expect(() => wire(disturbed)).toThrow(expect.objectContaining({ kind: 'contention' }));
  expect(readFileSync(path, 'utf8')).toBe('{"theirs": true}');
  expect(readdirSync(dirname(path))).toEqual(['settings.json']);
});

test.each(['claude', 'codex'])('%s keeps its own place: its variable for the directory is heeded', name => {
  const where = place();
  const directory = join(where.base, 'elsewhere');
  const variable = name === 'claude' ? 'CLAUDE_CONFIG_DIR' : 'CODEX_HOME';
  wire(wiringOf(where, name, { environment: { [variable]: directory } }));
  expect(readdirSync(directory)).toEqual([FILES[name]!.user.split('/')[1]]);
});

test('the shim goes with the last client that needs it', () => {
  const where = place();
  const shim = join(where.home, '.local/share/agent-ledger/bin/cls-hook');
  for (const name of ['claude', 'gemini']) wire(wiringOf(where, name));
  wire(removal(wiringOf(where, 'claude')));
  expect(existsSync(shim)).toBe(true);
  wire(removal(wiringOf(where, 'gemini')));
  expect(existsSync(shim)).toBe(false);
});

test('another installation changes the shim and nothing of the clients', () => {
  const where = place();
  const wiring = wiringOf(where, 'codex');
  wire(wiring);
  const again = { ...wiring, installation: { ...wiring.installation!, bin: '/opt/other/bin' } };
  const { changes } = planWiring(again);
  expect(changes.map(({ name }) => name)).toEqual([
    join(where.home, '.local/share/agent-ledger/bin/andy-hook'),
  ]);
});
