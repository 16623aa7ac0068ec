/** The history of a commit, as far as this repository has it. */
import type { Repository } from './repository.js';
import { askGit, runGit } from './run-git.js';

/** The messages of the commits without a parent that a commit comes from. */
export async function rootMessages({ local }: Repository, commit: string): Promise<string[]> {
  const args = ['log', '--max-parents=0', '--format=%B%x00', '--end-of-options', commit, '--'];
  const text = await askGit(args, local);
  return text.split('\0').map(message => message.trim());
}

/** Whether a commit is here. */
export async function hasCommit({ local }: Repository, commit: string): Promise<boolean> {
  return (await runGit(['cat-file', '-e', `${commit}^{commit}`], local)).status === 0;
}

/** Whether history is cut off somewhere in this repository. */
export async function isShallow({ local }: Repository): Promise<boolean> {
  return (await askGit(['rev-parse', '--is-shallow-repository'], local)).trim() === 'true';
}

/** When the oldest commit that a commit comes from was made, ms since the epoch. */
export async function firstCommitMs({ local }: Repository, commit: string): Promise<number> {
  const text = await askGit(
    ['log', '--max-parents=0', '--format=%ct', '--end-of-options', commit, '--'],
    local,
  );
  return Math.min(...text.trim().split('\n').map(Number)) * 1000;
}

/** The tree of a commit. */
export async function treeOf({ local }: Repository, commit: string): Promise<string> {
  return (await askGit(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`], local))
    .trim()
    .split('\n')
    .at(-1)!;
}
