/** Programs named `git` that stand before the real one. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './git.js';
import { temporaryDirectory } from './workspace.js';

const execPath = (): string => git('/', '--exec-path');
const realGit = (): string => execPath().replace(/\/libexec\/.*|\/lib\/git-core.*/, '/bin/git');

function script(path: string, lines: string[]): void {
  writeFileSync(path, `${['#!/bin/sh', ...lines].join('\n')}\n`, { mode: 0o755 });
}

/** A `git` that kills who calls it at its n-th call, before or after it has done its work. @returns the environment */
export function killingGit(call: number, when: 'before' | 'after'): { PATH: string } {
  const directory = temporaryDirectory();
  const calls = join(directory, 'calls');
  const real = realGit();
  mkdirSync(join(directory, 'bin'));
  script(join(directory, 'bin/git'), [
    `if [ -n "$LEDGER_TEST_INSIDE" ]; then exec '${real}' "$@"; fi`,
    'LEDGER_TEST_INSIDE=1; export LEDGER_TEST_INSIDE',
    `echo x >>'${calls}'`,
    `if [ "$(wc -l <'${calls}')" -ne ${call} ]; then exec '${real}' "$@"; fi`,
    when === 'before' ? 'kill -KILL $PPID; exit 1' : `'${real}' "$@"; kill -KILL $PPID`,
  ]);
  return { PATH: `${join(directory, 'bin')}:${process.env.PATH}` };
}

/** A `git` that notes which commands it is asked for, those that git itself starts among them. */
export function countingGit(): { environment: Record<string, string>; commands(): string[] } {
  const directory = temporaryDirectory();
  const calls = join(directory, 'calls');
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  for (const name of readdirSync(execPath()))
    if (name !== 'git') symlinkSync(join(execPath(), name), join(bin, name));
  script(join(bin, 'git'), [
    `command_of() { while [ "$1" = -c ]; do shift 2; done; echo "$1"; }`,
    `command_of "$@" >>'${calls}'`,
    `exec '${realGit()}' "$@"`,
  ]);
  const environment = { PATH: `${bin}:${process.env.PATH}`, GIT_EXEC_PATH: bin };
  return { environment, commands: () => readFileSync(calls, 'utf8').trimEnd().split('\n') };
}
