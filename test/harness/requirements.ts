/** The programs that tests run. On Debian as root the missing ones are installed; elsewhere one command is named. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['zsh', 'git', 'jq', 'tmux', ...(process.platform === 'linux' ? ['strace'] : [])];

/** @returns one line that says what to do when a program is missing; undefined when all are there */
export function missingRequirement(): string | undefined {
  const missing = PROGRAMS.filter(name => !isInstalled(name));
  if (missing.length === 0) return undefined;
  if (process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('apt-get')) {
    console.log(`installing ${missing.join(', ')}`);
    const install = `apt-get update -qq && apt-get install -qq -y --no-install-recommends ${missing.join(' ')}`;
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status } = spawnSync('sh', ['-c', install], { env: environment, stdio: ['ignore', 'ignore', 2] });
    if (status === 0 && missing.every(isInstalled)) return undefined;
  }
  return `the tests need ${missing.join(', ')}; install with: ${installer()} ${missing.join(' ')}`;
}

function installer(): string {
  if (process.platform === 'darwin') return 'brew install';
  return isInstalled('apt-get') ? 'sudo apt-get install' : 'your package manager, packages';
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(directory => existsSync(join(directory, name)));
}
