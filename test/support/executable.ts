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

export interface StartOptions {
  cwd: string;
  /** A command that runs it. */
  wrapper?: string[];
  environment?: Record<string, string | undefined>;
  /** What it reads; `open` gives it nothing and never ends. */
  input?: string | { open: string };
}

/** Starts `dist/bin/<name>.cjs`. */
export function start(name: string, argv: string[], options: StartOptions): Started {
  const { cwd, wrapper = [], environment = process.env, input } = options;
  const [file, ...rest] = [...wrapper, process.execPath, `${BIN}/${name}.cjs`, ...argv];
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(file!, rest, { cwd, env: environment, stdio: [...stdio] });
  child.stdin?.on('error', () => undefined);
  if (typeof input === 'string') child.stdin!.end(input);
  else if (input !== undefined) child.stdin!.write(input.open);
  let output = '';
  let messages = '';
  child.stdout!.on('data', chunk => {
    output += chunk;
  });
  child.stderr!.on('data', chunk => {
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
