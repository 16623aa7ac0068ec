/** The Markdown files of a repository as git sees them. */
import { join } from 'node:path';
import { answerOf } from './answer.js';
import { parseStatus } from './changed-files.js';
import { type GitCall, runGit } from './run-git.js';

export interface ListedFile {
  /** What git has of it; undefined when the file differs from that, or git has nothing. */
  blob: string | undefined;
}

export interface ListedFiles {
  /** By their absolute paths, every file that is tracked, or neither tracked nor ignored. */
  files: Map<string, ListedFile>;
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
    answerOf(['ls-files', '-z', '--stage', '--full-name', ...pathspec], call),
    runGit(['status', ...options, ...pathspec], call),
  ]);
  if (tracked === undefined || status !== 0) return undefined;
  const { entries, ahead, behind } = parseStatus(stdout.toString());
  const files = new Map<string, ListedFile>();
  for (const record of tracked.split('\0')) {
    const parts = /^\d+ ([0-9a-f]+) \d\t(.*)$/s.exec(record);
    if (parts) files.set(join(top, parts[2]!), { blob: parts[1] });
  }
  for (const { path } of entries) if (!path.endsWith('/')) files.set(join(top, path), { blob: undefined });
  return { files, isEven: ahead === 0 && behind === 0 };
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
