/** Where the demo plays: a temporary directory, and a shell that shows each command with what it prints. */
import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import colors from 'picocolors';

const BIN = fileURLToPath(new URL('../../dist/bin', import.meta.url));
/** Messages go where data goes, so that they stay in order when all of it is read through a pipe. */
const STREAMS: StdioOptions = ['ignore', 1, 1];
const PRIVATE = /^(LEDGER_|LUKA_|GIT_|XDG_|NODE_EXTRA_CA_CERTS$)/;

export interface Stage {
  /** Holds everything the demo makes. */
  directory: string;
  /** The clone that the agents work in. */
  root: string;
  environment: Record<string, string>;
}

/** Makes the directory, with the executables under their own names in its `bin/`. */
export function buildStage(): Stage {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'agent-ledger-demo-')));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  for (const name of readdirSync(BIN)) symlinkSync(join(BIN, name), join(bin, name.replace(/\.cjs$/, '')));
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !PRIVATE.test(entry[0]),
  );
  const environment = {
    ...Object.fromEntries(inherited),
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    PATH: `${bin}:${process.env.PATH}`,
  };
  return { directory, root: join(directory, 'workspace'), environment };
}

export function clearStage({ directory }: Stage): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Straight to the terminal, so that it stays in order with what the commands print there themselves. */
export function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/**
 * Runs one line of shell in the root and shows it.
 * @throws Error when it does not exit with the status that is expected
 */
export function show(stage: Stage, line: string, expected = 0): void {
  say(`${colors.cyan('$')} ${colors.bold(line)}`);
  const { root: cwd, environment: env } = stage;
  const { status, signal } = spawnSync('sh', ['-c', line], {
    cwd,
    env,
    stdio: STREAMS,
  });
  assertStatus(line, status ?? signal, expected);
  if (expected !== 0) say(colors.dim(`(exit status ${expected})`));
}

/** Runs lines at once and shows them; what they print comes as it may. */
export async function showAtOnce(stage: Stage, lines: string[]): Promise<void> {
  for (const line of lines) say(`${colors.cyan('$')} ${colors.bold(line)} &`);
  const { root: cwd, environment: env } = stage;
  const statuses = lines.map(line => {
    const child = spawn('sh', ['-c', line], { cwd, env, stdio: STREAMS });
    return new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject).once('close', (status, signal) => resolve(status ?? signal));
    });
  });
  for (const [index, status] of (await Promise.all(statuses)).entries())
    assertStatus(lines[index]!, status, 0);
}

/** Runs one line without showing it: what a demo needs and is not about. */
export function prepare(stage: Stage, line: string): void {
  const { directory: cwd, environment: env } = stage;
  const { status, signal, stderr } = spawnSync('sh', ['-c', line], { cwd, env, encoding: 'utf8' });
  assertStatus(`${line}\n${stderr}`, status ?? signal, 0);
}

function assertStatus(line: string, status: number | string | null, expected: number): void {
  if (status !== expected) throw new Error(`this ended with ${status}, not with ${expected}: ${line}`);
}
