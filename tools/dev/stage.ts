/** Where the demo plays: a bare repository, two clones of it as two machines, and the executables under their own names. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import colors from 'picocolors';
import { AGENT_SCRIPT, type DemoTask, mockScript, workplanOf } from './play.js';

const BIN = fileURLToPath(new URL('../../dist/bin', import.meta.url));
const PRIVATE = /^(LEDGER_|LUKA_|GIT_|XDG_|NODE_EXTRA_CA_CERTS$)/;

export interface Stage {
  /** Holds everything the demo makes. */
  directory: string;
  environment: Record<string, string>;
  /** Of `performance.now()`. */
  startedMs: number;
  /** A person wants it to end. */
  isInterrupted: boolean;
}

export interface Ran {
  output: string;
  messages: string;
}

/** Makes the directory, with the executables in its `bin/`. */
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
  return { directory, environment, startedMs: performance.now(), isInterrupted: false };
}

/** The remote, the plan, and two machines with the ledger branch set up. */
export function prepare(stage: Stage, tasks: DemoTask[]): void {
  const { directory } = stage;
  writeFileSync(join(directory, '.gitconfig'), '[user]\nname = Demo\nemail = demo@example.org\n');
  writeFileSync(join(directory, 'mock.json'), mockScript(tasks.length));
  writeFileSync(join(directory, 'agent.sh'), AGENT_SCRIPT);
  chmodSync(join(directory, 'agent.sh'), 0o700);
  run(stage, '.', 'git init -q --bare -b main remote.git && git init -q -b main alpha');
  plugIn(stage);
  writeFileSync(join(directory, 'alpha/plan.md'), workplanOf(tasks));
  run(stage, 'alpha', 'git add plan.md && git commit -q -m plan && git remote add origin ../remote.git');
  run(stage, 'alpha', 'git push -q -u origin main && git clone -q ../cable ../beta');
  for (const machine of ['alpha', 'beta']) run(stage, machine, 'ledger-init && ledger-sync --setup-ledger');
}

/** beta reaches the remote through a symbolic link, its cable. */
export function plugIn({ directory }: Stage): void {
  symlinkSync('remote.git', join(directory, 'cable'));
}

export function cutOff({ directory }: Stage): void {
  unlinkSync(join(directory, 'cable'));
}

/** Runs one line of shell on a machine. @throws Error when it does not end with 0 */
export function run({ directory, environment: env }: Stage, machine: string, line: string): Ran {
  const cwd = join(directory, machine);
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`on ${machine}, "${line}" ended with ${status ?? signal}: ${stderr}`);
  return { output: stdout, messages: stderr };
}

/** The objects that a command prints, one a line. */
export function records(stage: Stage, machine: string, line: string): Record<string, unknown>[] {
  return run(stage, machine, line)
    .output.split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text));
}

/** What the agents' command waits for. */
export function signal({ directory }: Stage, what: 'killed' | 'back'): void {
  writeFileSync(join(directory, what), '');
}

export interface Worker {
  agent: string;
  child: ChildProcess;
  ended: Promise<number | string | null>;
}

/** An agent's loop, in the background; what it says goes to a file. */
export function startWorker(
  { directory, environment: env }: Stage,
  { agent, machine, ttl }: { agent: string; machine: string; ttl: string },
): Worker {
  const log = openSync(join(directory, `${agent}.log`), 'a');
  const argv = ['--agent', agent, '--ttl', ttl, '--poll', '100ms', '--', '../agent.sh'];
  const cwd = join(directory, machine);
  const child = spawn(join(directory, 'bin/ledger-work'), argv, { cwd, env, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject).once('close', (status, signal) => resolve(status ?? signal));
  });
  return { agent, child, ended };
}

/** What `agent.sh` noted: `begin` and `end` of each command, with its process group. */
export function notes({
  directory,
}: Stage): { agent: string; taskId: string; what: string; group: number }[] {
  return linesOf(join(directory, 'notes')).map(line => {
    const [agent = '', taskId = '', what = '', group = ''] = line.split(' ');
    return { agent, taskId, what, group: Number(group) };
  });
}

export function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const LONGEST_WAIT_MS = 30_000;

/** @throws Error when it does not happen */
export async function waitFor<T>(stage: Stage, what: string, look: () => T | undefined): Promise<T> {
  const untilMs = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (stage.isInterrupted) throw new Error('somebody asked it to');
    if (performance.now() > untilMs) throw new Error(`this did not happen: ${what}`);
    await pause(20);
  }
}

/** Straight to the terminal. */
export function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/** A line of the story, with the seconds since it began. */
export function tell({ startedMs }: Stage, text: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`${colors.dim(`${seconds}s`.padStart(6))}  ${text}`);
}
