/** A repository with a root to measure in, and what a bare Node script does instead. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './pairs.js';

const BIN = fileURLToPath(new URL('../../dist/bin', import.meta.url));

export interface Scratch {
  root: string;
  env: NodeJS.ProcessEnv;
  /** A file beside the root. */
  path(name: string): string;
  /** The command line of an executable of ours. */
  ours(name: string, ...args: string[]): string[];
  /** A Node script, as a command line. */
  script(name: string, source: string): string[];
}

/** Runs `action` in a fresh repository, which is removed afterwards. */
export async function withScratch<T>(action: (scratch: Scratch) => T | Promise<T>): Promise<T> {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'agent-ledger-bench-')));
  const path = (name: string): string => join(directory, name);
  try {
    const env = cleanEnvironment(path('home'));
    mkdirSync(path('home'));
    mkdirSync(path('root/g/ledger'), { recursive: true });
    execFileSync('git', ['init', '--quiet', path('root')], { env });
    const script = (name: string, source: string): string[] => {
      writeFileSync(path(name), source);
      return [process.execPath, path(name)];
    };
    const ours = (name: string, ...args: string[]): string[] => [
      process.execPath,
      `${BIN}/${name}.cjs`,
      ...args,
    ];
    return await action({ root: path('root'), env, path, ours, script });
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A script that appends `line` to each of these files and syncs it. */
export function appendScript(files: string[], line: string): string {
  return `const fs = require('node:fs');
for (const file of ${JSON.stringify(files)}) {
  const fd = fs.openSync(file, 'a');
  fs.writeSync(fd, ${JSON.stringify(`${line}\n`)});
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}
`;
}
