/** Our refs, all under `refs/ledger/`. */
import { GitFailure, lastWords } from './git-failure.js';
import { isObjectId } from './names.js';
import type { Repository } from './repository.js';
import { askGit, runGit } from './run-git.js';

/** @returns the commit; undefined when there is no such ref */
export async function readRef({ local }: Repository, ref: string): Promise<string | undefined> {
  const { status, stdout } = await runGit(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', ref],
    local,
  );
  const id = stdout.toString().trim().split('\n').at(-1)!;
  return status === 0 && isObjectId(id) ? id : undefined;
}

/** Sets a ref, whatever it was. @throws GitFailure `disk` */
export async function writeRef({ local }: Repository, ref: string, commit: string): Promise<void> {
  await askGit(['update-ref', '--end-of-options', ref, commit], local);
}

/** Our refs below a prefix, by name. */
export async function listRefs({ local }: Repository, prefix: string): Promise<Map<string, string>> {
  const text = await askGit(
    ['for-each-ref', '--format=%(refname) %(objectname)', '--end-of-options', prefix],
    local,
  );
  const lines = text.split('\n').filter(line => line !== '');
  return new Map(lines.map(line => line.split(' ') as [string, string]));
}

/** Forgets a ref of ours; what it held stays until git cleans up. */
export async function deleteRef({ local }: Repository, ref: string): Promise<void> {
  if (!ref.startsWith('refs/ledger/')) throw new GitFailure('unsafe', `${ref} is not ours to delete`);
  await askGit(['update-ref', '-d', '--end-of-options', ref], local);
}

/**
 * Whether a commit is another one or comes before it.
 * @throws GitFailure `missing` when one of them is not here
 */
export async function isAncestor({ local }: Repository, older: string, newer: string): Promise<boolean> {
  const { status, messages } = await runGit(['merge-base', '--is-ancestor', older, newer], local);
  if (status === 0 || status === 1) return status === 0;
  throw new GitFailure('missing', `cannot compare ${older} with ${newer}: ${lastWords(messages)}`);
}

/** The URL of a remote as git would use it; undefined when there is no such remote. Not for showing: see `withoutUserInfo`. */
export async function remoteUrl({ local }: Repository, remote: string): Promise<string | undefined> {
  const { status, stdout } = await runGit(['remote', 'get-url', '--', remote], local);
  return status === 0 ? stdout.toString().trim() : undefined;
}
