/** The built executables, as processes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../dist/bin', import.meta.url));

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  messages: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts `dist/bin/<name>.cjs`, behind `wrapper` (a command that runs it) if one is given. */
export function start(name: string, argv: string[], options: { cwd: string; wrapper?: string[] }): Started {
  const [file, ...rest] = [...(options.wrapper ?? []), process.execPath, `${BIN}/${name}.cjs`, ...argv];
  const child = spawn(file!, rest, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let messages = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  child.stderr.on('data', chunk => {
    messages += chunk;
  });
  const ended = new Promise<Ended>(resolve => {
    child.once('close', (status, signal) => resolve({ status, signal, output, messages }));
  });
  return { child, ended };
}

/** Whether a program can be run here. */
export function hasProgram(name: string, ...probe: string[]): boolean {
  return spawnSync(name, probe, { stdio: 'ignore' }).status === 0;
}
