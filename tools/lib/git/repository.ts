/** The repository as the ledger branch uses it: its common directory, never a worktree, which may be broken or gone. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { GitCall } from './run-git.js';

export interface Repository {
  /** For what stays on this machine. */
  local: GitCall;
  /** For what talks to the remote. */
  network: GitCall;
}

export interface RepositoryOptions {
  environment: Record<string, string | undefined>;
  networkTimeoutMs: number;
}

const LOCAL_TIMEOUT_MS = 120_000;

/** @param commonDirectory what all worktrees share; a relative URL of a remote counts from the directory above it */
export function openRepository(
  commonDirectory: string,
  { environment, networkTimeoutMs }: RepositoryOptions,
): Repository {
  const above = dirname(commonDirectory);
  const cwd = basename(commonDirectory) === '.git' && existsSync(above) ? above : commonDirectory;
  const call = { cwd, environment, gitDirectory: commonDirectory };
  return {
    local: { ...call, timeoutMs: LOCAL_TIMEOUT_MS },
    network: { ...call, timeoutMs: networkTimeoutMs },
  };
}
