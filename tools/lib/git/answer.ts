/** The answers of git as text without the last newline. */
import { GitFailure } from './git-failure.js';
import { askGit, type GitCall, runGit } from './run-git.js';

/** Undefined when git fails: for questions that may have no answer. */
export async function answerOf(args: string[], call: GitCall): Promise<string | undefined> {
  const { status, stdout } = await runGit(args, call);
  return status === 0 ? withoutNewline(stdout.toString()) : undefined;
}

/** Of what must not fail. @throws GitFailure `disk` */
export async function toldBy(args: string[], call: GitCall): Promise<string> {
  return withoutNewline(await askGit(args, call));
}

/** Whether a call that needs the network got there and was granted. */
export async function isGranted(args: string[], call: GitCall): Promise<boolean> {
  try {
    return (await runGit(args, call)).status === 0;
  } catch (error) {
    if (error instanceof GitFailure && error.isRetryable) return false;
    throw error;
  }
}

const withoutNewline = (text: string): string => text.replace(/\n$/, '');
