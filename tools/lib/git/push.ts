/**
 * The compare-and-swap: one commit is pushed to a branch, and the server takes it only while the branch is where we
 * believe it to be. What became of it is read from `--porcelain`, by flags and never by words.
 */
import { GitFailure, lastWords } from './git-failure.js';
import type { Repository } from './repository.js';
import { runGit } from './run-git.js';

export interface Push {
  remote: string;
  branch: string;
  commit: string;
  /** Where the branch must be; undefined: it must not exist. */
  expected: string | undefined;
}

export interface PushResult {
  /**
   * `landed`: the branch is at our commit. `refused`: the server, or git before asking it, says no.
   * `unknown`: the answer is missing; it may have landed.
   */
  outcome: 'landed' | 'refused' | 'unknown';
  /** What git said last, for a person. */
  words: string;
}

/** Pushes without hooks, signing, tags or submodules; the ref of the remote that git keeps for the person follows as usual. */
export async function pushCommit(repository: Repository, push: Push): Promise<PushResult> {
  const { remote, branch, commit, expected } = push;
  const ref = `refs/heads/${branch}`;
  const args = [
    ...[
      'push',
      '--porcelain',
      '--quiet',
      '--no-verify',
      '--no-signed',
      '--no-follow-tags',
      '--recurse-submodules=no',
    ],
    ...[`--force-with-lease=${ref}:${expected ?? ''}`, '--end-of-options', remote, `${commit}:${ref}`],
  ];
  try {
    const { status, stdout, messages } = await runGit(args, repository.network);
    return { outcome: parsePush(stdout.toString(), ref, status), words: lastWords(messages) };
  } catch (error) {
    // Killed when time was up: the server may have it already.
    if (error instanceof GitFailure && error.isRetryable) return { outcome: 'unknown', words: error.message };
    throw error;
  }
}

/**
 * Reads `<flag>\t<from>:<to>\t<summary>` of one ref. With `--quiet` only refusals are listed, so success is the exit
 * status, which git gives only after the server has reported.
 */
export function parsePush(porcelain: string, ref: string, status: number): PushResult['outcome'] {
  for (const line of porcelain.split('\n')) {
    const [flag, refs] = line.split('\t');
    if (refs === undefined || !refs.endsWith(`:${ref}`)) continue;
    return flag === '!' ? 'refused' : status === 0 ? 'landed' : 'unknown';
  }
  return status === 0 ? 'landed' : 'unknown';
}
