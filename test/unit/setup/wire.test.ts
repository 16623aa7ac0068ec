import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readText } from '../../../tools/lib/disk/read.js';
import type { Context } from '../../../tools/lib/setup/clients/client.js';
import { CLIENTS, planWiring, type Wiring, wire } from '../../../tools/lib/setup/wire.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

const FILES: Record<string, { user: string; project: string }> = {
  claude: { user: '.claude/settings.json', project: '.claude/settings.json' },
  codex: { user: '.codex/config.toml', project: '.codex/config.toml' },
  cursor: { user: '.cursor/hooks.json', project: '.cursor/hooks.json' },
  gemini: { user: '.gemini/settings.json', project: '.gemini/settings.json' },
  copilot: { user: '.copilot/hooks/agent-ledger.json', project: '.github/hooks/agent-ledger.json' },
  opencode: {
    user: '.config/opencode/plugins/agent-ledger.js',
    project: '.opencode/plugins/agent-ledger.js',
  },
};
const AGENTS = Object.keys(FILES);
const SCOPES = ['user', 'project'] as const;
const each = AGENTS.flatMap(name => SCOPES.map(scope => [name, scope] as const));

interface Place {
  base: string;
  home: string;
  project: string;
}

/** A person's home and project, and an installation of stand-ins that say how they were called. */
function place(): Place {
  const base = temporaryDirectory();
  for (const name of ['home', 'project', 'bin']) mkdirSync(join(base, name));
  for (const name of ['cls-hook', 'andy-hook', 'status-update']) {
    const path = join(base, 'bin', name);
    writeFileSync(
      path,
      `#!/usr/bin/env node\nprocess.stdout.write(JSON.stringify([...process.argv.slice(2)]));\n`,
    );
    chmodSync(path, 0o755);
  }
  return { base, home: join(base, 'home'), project: join(base, 'project') };
}

function wiringOf({ base, home, project }: Place, name: string, overrides: Partial<Context> = {}): Wiring {
  const node = dirname(process.execPath);
  return {
    client: CLIENTS.find(client => client.name === name)!,
    context: {
      ...{ home, project, environment: {}, scope: 'user', root: join(base, 'root'), agent: undefined },
      ...{ read: readText, ...overrides },
    },
    memory: { directory: join(base, 'state'), clock: testClock() },
    installation: { bin: join(base, 'bin'), suffix: '', node, package: base },
  };
}

const removal = (wiring: Wiring): Wiring => ({ ...wiring, installation: undefined });

function fileOf(where: Place, name: string, scope: 'user' | 'project'): string {
  return join(scope === 'user' ? where.home : where.project, FILES[name]![scope]);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Everything below a directory: names, modes, contents, links. */
function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => {
      const stats = lstatSync(join(directory, name));
      return `${name} ${stats.mode} ${stats.isFile() ? readFileSync(join(directory, name), 'latin1') : ''}`;
    });
}

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

/** The command of the first hook in a configuration, as a shell gets it. */
function commandIn(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.toml')) return JSON.parse(/command = ("(?:[^"\\]|\\.)*")/.exec(text)![1]!);
  const [[hook]] = Object.values(JSON.parse(text).hooks) as [[Record<string, unknown>]];
  const { command, bash, args } = Array.isArray(hook.hooks)
    ? hook.hooks[0]
    : (hook as Record<string, string>);
  return [command ?? bash, ...(args ?? [])].join(' ');
}

test.each(each.filter(([name]) => name !== 'opencode'))(
  '%s for the %s: the command runs where PATH has no node, in every shell there is',
  (name, scope) => {
    const where = place();
    wire(wiringOf(where, name, { scope, agent: 'me' }));
    const command = commandIn(fileOf(where, name, scope));
    for (const shell of ['/bin/sh', '/bin/bash', '/bin/zsh', '/usr/bin/fish'].filter(path =>
      existsSync(path),
    )) {
      const env = { HOME: where.home, PATH: '/usr/bin:/bin' };
      const ran = spawnSync(shell, ['-c', command], { env, encoding: 'utf8' });
      expect([shell, ran.status, ran.stdout]).toEqual([shell, 0, '["--agent","me"]']);
    }
    renameSync(join(where.base, 'bin'), join(where.base, 'gone'));
    const env = { HOME: where.home, PATH: '/usr/bin:/bin' };
    expect(spawnSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' })).toMatchObject({
      ...{ status: 0, stdout: '', stderr: '' },
    });
  },
);

test("a project's command does nothing in the home of somebody without agent-ledger", () => {
  const where = place();
  for (const name of ['claude', 'codex', 'cursor', 'gemini', 'copilot']) {
    wire(wiringOf(where, name, { scope: 'project' }));
    const command = commandIn(fileOf(where, name, 'project'));
    expect(command).not.toContain(where.home);
    const env = { HOME: join(where.base, 'stranger'), PATH: '/usr/bin:/bin' };
    expect(spawnSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' })).toMatchObject({
      ...{ status: 0, stdout: '', stderr: '' },
    });
  }
});

test("Codex: somebody's hooks.json is where ours goes, and where they stay", () => {
  const where = place();
  const json = join(where.home, '.codex/hooks.json');
  write(json, '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say"}]}]}}');
  wire(wiringOf(where, 'codex'));
  expect(readFileSync(json, 'utf8')).toContain('andy-hook');
  expect(existsSync(join(where.home, '.codex/config.toml'))).toBe(false);
  write(join(where.home, '.codex/config.toml'), '[[hooks.Stop]]\nhooks = []\n');
  expect(wire(wiringOf(where, 'codex')).changes).toEqual([]);
  wire(removal(wiringOf(where, 'codex')));
  expect(readFileSync(json, 'utf8')).not.toContain('andy-hook');
});

test("Codex: somebody else's notify stays, and the person is told", () => {
  const where = place();
  const toml = join(where.home, '.codex/config.toml');
  write(toml, 'notify = ["say", "-x"]\n');
  const { notes } = wire(wiringOf(where, 'codex'));
  expect(readFileSync(toml, 'utf8').startsWith('notify = ["say", "-x"]\n')).toBe(true);
  expect(notes).toEqual([
    expect.stringMatching(/notify in .* stays as it is \(say -x\)/),
    expect.stringMatching(/trust/),
  ]);
});

test('opencode: the plugin passes events on, one after the other, in their order', async () => {
  const where = place();
  const log = join(where.base, 'log');
  writeFileSync(
    join(where.base, 'bin/cls-hook'),
    `#!/bin/sh\n{ printf '%s ' "$*"; cat; echo; } >>'${log}'\n`,
  );
  wire(wiringOf(where, 'opencode'));
  const script = `
    import { AgentLedger } from ${JSON.stringify(join(where.base, 'plugin.mjs'))};
    const plugin = await AgentLedger({ directory: ${JSON.stringify(where.project)} });
    const event = (type, info) => plugin.event({ event: { type, properties: { sessionID: "s", info } } });
    await Promise.all([
      event("session.created"),
      event("message.updated", { id: "m1", role: "user" }),
      event("message.updated", { id: "m2", role: "assistant", time: {} }),
      event("message.updated", { id: "m2", role: "assistant", time: { completed: 1 } }),
      plugin["tool.execute.after"]({ tool: "edit", sessionID: "s", args: { filePath: "a" } }),
      event("message.part.updated"),
      event("session.idle"),
    ]);`;
  writeFileSync(join(where.base, 'plugin.mjs'), readFileSync(fileOf(where, 'opencode', 'user')));
  execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines.every(line => line.startsWith('--agent opencode {'))).toBe(true);
  const events = lines.map(line => JSON.parse(line.slice(line.indexOf('{'))));
  expect(events.map(({ type, properties }) => properties.info?.id ?? properties.tool ?? type)).toEqual([
    ...['session.created', 'm1', 'm2', 'edit', 'session.idle'],
  ]);
  expect(events[0]).toMatchObject({ directory: where.project, properties: { sessionID: 's' } });
});
