/** Which files a piece of work changed: what git sees before, against what it sees after. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ifPresent } from '../disk/errno.js';
import { type GitCall, runGit } from './run-git.js';

export interface TreeState {
  /** The commit that is checked out; empty before the first. */
  head: string;
  /** Files that differ from it, by their path below the top, each with what tells a version from another. */
  dirty: Map<string, string>;
}

/**
 * What differs from HEAD in a worktree.
 * @param call its `cwd` is the top of the worktree
 * @returns undefined where git has no answer
 */
export async function readTreeState(call: GitCall): Promise<TreeState | undefined> {
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'];
  const { status, stdout } = await runGit(args, call);
  if (status !== 0) return undefined;
  const { head, entries } = parseStatus(stdout.toString());
  const dirty = new Map(
    entries.map(({ path, code }) => [path, `${code} ${versionOf(join(call.cwd, path))}`]),
  );
  return { head, dirty };
}

/** The files whose content, existence or commit changed between two states, sorted. */
export async function changedFiles(before: TreeState, after: TreeState, call: GitCall): Promise<string[]> {
  const changed = new Set<string>();
  for (const [path, version] of after.dirty) if (before.dirty.get(path) !== version) changed.add(path);
  for (const path of before.dirty.keys()) if (!after.dirty.has(path)) changed.add(path);
  if (before.head !== after.head && before.head !== '' && after.head !== '') {
    const { status, stdout } = await runGit(
      ['diff', '--name-only', '--no-renames', '-z', before.head, after.head, '--'],
      call,
    );
    if (status === 0) for (const path of stdout.toString().split('\0')) if (path !== '') changed.add(path);
  }
  return [...changed].sort();
}

interface StatusEntry {
  path: string;
  code: string;
}

interface ParsedStatus {
  head: string;
  /** How many commits the branch and its upstream have that the other lacks; both 0 where that is not known. */
  ahead: number;
  behind: number;
  entries: StatusEntry[];
}

/** Parses `git status --porcelain=v2 --branch -z --no-renames`. */
export function parseStatus(text: string): ParsedStatus {
  let head = '';
  let ahead = 0;
  let behind = 0;
  const entries: StatusEntry[] = [];
  for (const record of text.split('\0')) {
    const fields = record.split(' ');
    if (record.startsWith('# branch.oid ')) head = fields[2] === '(initial)' ? '' : fields[2]!;
    else if (record.startsWith('# branch.ab ')) [ahead, behind] = [Number(fields[2]), -Number(fields[3])];
    else if (fields[0] === '1') entries.push({ code: fields[1]!, path: fields.slice(8).join(' ') });
    else if (fields[0] === 'u') entries.push({ code: fields[1]!, path: fields.slice(10).join(' ') });
    else if (fields[0] === '?') entries.push({ code: '??', path: record.slice(2) });
  }
  return { head, ahead, behind, entries };
}

/** Size and time tell whether a file that was dirty already was written again. */
function versionOf(path: string): string {
  const stats = ifPresent(`cannot look at ${path}`, () => lstatSync(path, { throwIfNoEntry: false }));
  return stats === undefined ? 'gone' : `${stats.size} ${stats.mtimeMs}`;
}
