/**
 * `npm run test:clients`: installs the real Claude Code and Codex from the registry into a directory of their
 * own and runs the tests in here against them. Where they cannot be had it says so and is content.
 * `CLIENTS_PREFIX` names a directory that has them already.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientIn } from './prefix.js';

const given = process.env.CLIENTS_PREFIX;
const prefix = given ?? mkdtempSync(join(tmpdir(), 'agent-ledger-clients-'));
try {
  const problem = (given === undefined ? install() : undefined) ?? probe();
  if (problem !== undefined) console.log(`skipped: ${problem}`);
  else process.exitCode = runTests();
} finally {
  if (given === undefined) rmSync(prefix, { recursive: true, force: true });
}

function install(): string | undefined {
  const packages = ['@openai/codex', '@anthropic-ai/claude-code'];
  const args = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', ...packages];
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', timeout: 600_000 });
  if (status === 0) return undefined;
  return `npm cannot install the clients: ${(stderr ?? '').trim().split('\n').at(-1)}`;
}

function probe(): string | undefined {
  for (const name of ['claude', 'codex'] as const) {
    const path = clientIn(prefix, name);
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 });
    if (!existsSync(path) || status !== 0) return `${name} does not run here`;
    console.log(stdout.trim());
  }
  return undefined;
}

function runTests(): number {
  const env = { ...process.env, CLIENTS_PREFIX: prefix };
  return spawnSync('npx', ['vitest', 'run', '--project', 'clients'], { env, stdio: 'inherit' }).status ?? 1;
}
