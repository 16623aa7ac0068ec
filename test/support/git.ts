/** Real git, without the person's configuration. */
import { execFileSync } from 'node:child_process';

const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

/** @returns what git prints, without the last newline */
export function git(cwd: string, ...args: string[]): string {
  const env = { ...process.env, ...ENVIRONMENT };
  const options = { cwd, env, encoding: 'utf8' as const, stdio: 'pipe' as const };
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], options).trimEnd();
}

/** Makes a repository with one commit. */
export function makeRepository(path: string): string {
  git('/', 'init', '--quiet', '--initial-branch=main', path);
  git(path, 'commit', '--quiet', '--allow-empty', '--message=first');
  return path;
}
