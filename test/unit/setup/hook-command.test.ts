import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wire } from '../../../tools/lib/setup/wire.js';
import { each, fileOf, place, removal, wiringOf, write } from '../../support/wiring.js';

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
