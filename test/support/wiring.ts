/** A person's home and project in a temporary directory, and what wires agents there. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from '../../tools/lib/disk/read.js';
import type { Context } from '../../tools/lib/setup/clients/client.js';
import { CLIENTS } from '../../tools/lib/setup/clients/known.js';
import type { Wiring } from '../../tools/lib/setup/wire.js';
import { temporaryDirectory, testClock } from './workspace.js';

export const FILES: Record<string, { user: string; project: string }> = {
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
export const AGENTS = Object.keys(FILES);
const SCOPES = ['user', 'project'] as const;
export const each = AGENTS.flatMap(name => SCOPES.map(scope => [name, scope] as const));

export interface Place {
  base: string;
  home: string;
  project: string;
}

/** A person's home and project, and an installation of stand-ins that say how they were called. */
export function place(): Place {
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

export function wiringOf(
  { base, home, project }: Place,
  name: string,
  overrides: Partial<Context> = {},
): Wiring {
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

export const removal = (wiring: Wiring): Wiring => ({ ...wiring, installation: undefined });

export function fileOf(where: Place, name: string, scope: 'user' | 'project'): string {
  return join(scope === 'user' ? where.home : where.project, FILES[name]![scope]);
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Everything below a directory: names, modes, contents, links. */
export function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => {
      const stats = lstatSync(join(directory, name));
      return `${name} ${stats.mode} ${stats.isFile() ? readFileSync(join(directory, name), 'latin1') : ''}`;
    });
}
