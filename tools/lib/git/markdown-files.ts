/** The Markdown files of a repository as git sees them. */
import { join } from 'node:path';
import { answerOf } from './answer.js';
import { parseStatus } from './changed-files.js';
import { type GitCall, runGit } from './run-git.js';

export interface ListedFiles {
  /** By their absolute paths: every file that is tracked, or neither tracked nor ignored. */
  paths: string[];
  /** Those that differ from the last commit, or are not in it. */
  dirty: Set<string>;
  /** The branch and its upstream have the same commits, as far as is known here. */
  isEven: boolean;
}

/**
 * The Markdown files below a directory; those of repositories within it are not among them.
 * @param call its `cwd` is the directory
 * @param top of the worktree
 */
export async function listMarkdown(call: GitCall, top: string): Promise<ListedFiles | undefined> {
  const pathspec = ['--', ':(icase)*.md'];
  const options = ['--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'];
  const [tracked, { status, stdout }] = await Promise.all([
    answerOf(['ls-files', '-z', '--full-name', ...pathspec], call),
    runGit(['status', ...options, ...pathspec], call),
  ]);
  if (tracked === undefined || status !== 0) return undefined;
  const { entries, ahead, behind } = parseStatus(stdout.toString());
  const dirty = entries.flatMap(({ path }) => (path.endsWith('/') ? [] : [path]));
  const paths = new Set([...tracked.split('\0').filter(path => path !== ''), ...dirty]);
  return {
    paths: [...paths].map(path => join(top, path)),
    dirty: new Set(dirty.map(path => join(top, path))),
    isEven: ahead === 0 && behind === 0,
  };
}

/**
 * When a line of a file was committed, ms.
 * @param line from 1
 * @returns undefined when it is not committed
 */
export async function lineCommittedMs(
  call: GitCall,
  path: string,
  line: number,
): Promise<number | undefined> {
  const range = `${line},${line}`;
  const text = await answerOf(['blame', '--porcelain', '-L', range, '--', path], call);
  if (text === undefined || /^0+ /.test(text)) return undefined;
  const seconds = /^committer-time (\d+)$/m.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
