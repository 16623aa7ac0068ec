/** Machines with a ledger branch, to measure claims on. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { claimPath, formatClaimFile } from '../../tools/lib/sync/claims/claim-file.js';
import { runProgram } from './pairs.js';
import type { Scratch } from './scratch.js';

export interface Machine {
  root: string;
  env: NodeJS.ProcessEnv;
}

/** A checkout that is set up with a bare repository of the name. */
export function machine({ path, ours, env }: Scratch, remote: string, name: string): Machine {
  const root = path(name);
  execFileSync('git', ['init', '--quiet', '--bare', path(`${remote}.git`)], { env });
  execFileSync('git', ['init', '--quiet', root], { env });
  execFileSync('git', ['-C', root, 'remote', 'add', 'origin', path(`${remote}.git`)], { env });
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  runProgram(ours('ledger-sync', '--setup-ledger'), { cwd: root, env });
  return { root, env };
}

/** Puts claims on the branch as other machines would have, in one commit of plain git. */
export function seed(
  { path, env }: Scratch,
  remote: string,
  claims: { held: number; finished: number },
): void {
  const { held, finished } = claims;
  const commit = ['commit refs/heads/ledger', 'committer x <> 1764000000 +0000', 'data 4', 'seed'];
  const lines = [...commit, 'from refs/heads/ledger^0'];
  for (let number = 0; number < held + finished; number++) {
    const taskId = `seeded-${number}`;
    const lease = number < held ? leaseOf(taskId, `far-${number % 16}`) : undefined;
    const content = formatClaimFile(taskId, { epoch: 1, lease, isCompleted: lease === undefined });
    lines.push(`M 100644 inline ${claimPath(taskId)}`, `data ${Buffer.byteLength(content)}`, content);
  }
  const input = `${lines.join('\n')}\ndone\n`;
  const git = ['--git-dir', path(`${remote}.git`), 'fast-import', '--quiet', '--done'];
  execFileSync('git', git, { env, input, maxBuffer: 1 << 28 });
}

function leaseOf(task_id: string, writer: string) {
  const ts = '2026-11-24T10:00:00.000+00:00';
  return {
    ...{ task_id, lease_id: uuidV7(0), epoch: 1, agent: 'cls', writer, worktree: 'main', acquired_at: ts },
    ...{ expires_at: '2026-11-25T10:00:00.000+00:00', ttl_s: 86_400, last_beat: ts, beat: 0, reason: null },
    ...{ boot: 'b', mono_ms: 1, age_ms: 0 },
  };
}

/** Commits one on another, to be pushed one after the other. */
export function preparedCommits({ root, env }: Machine, count: number): string[] {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=x', '-c', 'user.email=x@y', ...args], { env })
      .toString()
      .trim();
  const tree = git('rev-parse', 'refs/remotes/origin/ledger^{tree}');
  const commits: string[] = [];
  for (let number = 0; number < count; number++) {
    const parents = commits.length > 0 ? ['-p', commits.at(-1)!] : [];
    commits.push(git('commit-tree', tree, '-m', `claim ${number}`, ...parents));
  }
  return commits;
}
