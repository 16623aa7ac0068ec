/** The history of a commit, as far as this repository has it. */
import type { Repository } from './repository.js';
import { askGit } from './run-git.js';

/** The messages of the commits without a parent that a commit comes from. */
export async function rootMessages({ local }: Repository, commit: string): Promise<string[]> {
  const args = ['log', '--max-parents=0', '--format=%B%x00', '--end-of-options', commit, '--'];
  const text = await askGit(args, local);
  return text.split('\0').map(message => message.trim());
}

/** Whether history is cut off somewhere in this repository. */
export async function isShallow({ local }: Repository): Promise<boolean> {
  return (await askGit(['rev-parse', '--is-shallow-repository'], local)).trim() === 'true';
}
