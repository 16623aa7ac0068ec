/**
 * Which files may be workplans: of a repository what git tracks or would track, elsewhere every Markdown file.
 * Nothing in `node_modules`, behind symbolic links or in hidden directories is looked at.
 */
import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listDirectory } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { Failure } from '../failure.js';
import { listMarkdown } from '../git/markdown-files.js';
import type { GitCall } from '../git/run-git.js';
import { type GitPlace, gitPlaceAbove } from '../root/find.js';

export interface Repository extends GitPlace {
  /** Its branch and the upstream have the same commits, as far as is known here. */
  isEven: boolean;
}

export interface Candidate {
  path: string;
  /** Undefined outside git, and for a file that git ignores. */
  repository: Repository | undefined;
  /** It differs from the last commit, or is not in it. */
  isDirty: boolean;
  /** Names its content; undefined where git does not vouch for it. */
  blob?: string | undefined;
}

export type Git = Omit<GitCall, 'cwd'>;

/** What lies below a directory, or the file itself. @throws Failure `missing` when there is no such path */
export async function findCandidates(
  path: string,
  git: Git,
  entersRepositories: boolean,
): Promise<Candidate[]> {
  const kind = kindOf(path);
  if (kind === undefined) throw new Failure('missing', `there is no ${path}`);
  if (kind === 'file') {
    const inDirectory = await inTree(join(path, '..'), git, false);
    return [
      inDirectory.find(found => found.path === path) ?? { path, repository: undefined, isDirty: false },
    ];
  }
  return inTree(path, git, entersRepositories);
}

async function inTree(directory: string, git: Git, entersRepositories: boolean): Promise<Candidate[]> {
  const place = gitPlaceAbove(directory);
  const listed = place && (await listMarkdown({ ...git, cwd: directory }, place.top));
  const repository = listed && { ...place, isEven: listed.isEven };
  const own: Candidate[] = listed
    ? [...listed.files].map(([path, { blob }]) => ({ path, repository, isDirty: blob === undefined, blob }))
    : [...walk(directory)].map(path => ({ path, repository: undefined, isDirty: false }));
  const found = own.filter(({ path }) => isName(path));
  if (!entersRepositories) return found;
  for (const nested of repositoriesBelow(directory)) found.push(...(await inTree(nested, git, false)));
  return found;
}

const isName = (path: string): boolean => /\.md$/i.test(path) && !/^readme\.md$/i.test(basename(path));

function* walk(directory: string): Generator<string> {
  for (const name of listDirectory(directory)) {
    const path = join(directory, name);
    const kind = isPassedOver(name) ? undefined : kindOf(path);
    if (kind === 'file') yield path;
    else if (kind === 'directory' && kindOf(join(path, '.git')) === undefined) yield* walk(path);
  }
}

function* repositoriesBelow(directory: string): Generator<string> {
  for (const name of listDirectory(directory)) {
    const path = join(directory, name);
    if (isPassedOver(name) || kindOf(path) !== 'directory') continue;
    if (kindOf(join(path, '.git')) !== undefined) yield path;
    yield* repositoriesBelow(path);
  }
}

const isPassedOver = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

function kindOf(path: string): 'file' | 'directory' | undefined {
  const stats = ifPresent(`cannot look at ${path}`, () => lstatSync(path));
  return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'directory' : undefined;
}
