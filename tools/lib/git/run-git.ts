/** One git command from start to end. */
import { GitFailure, lastWords } from './git-failure.js';
import { type GitCall, startGit } from './process.js';

export type { GitCall };

export interface GitAnswer {
  /** The exit status. */
  status: number;
  stdout: Buffer;
  /** Its last messages, for a person. */
  messages: string;
}

const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** @throws GitFailure `setup` without git, `offline` when time is up, `data` when the answer is too long */
export async function runGit(args: string[], call: GitCall): Promise<GitAnswer> {
  const git = startGit(args, call);
  git.stdin.end();
  const chunks: Buffer[] = [];
  let length = 0;
  git.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= LONGEST_ANSWER_BYTES) chunks.push(chunk);
    else git.kill();
  });
  const status = await git.status;
  if (length > LONGEST_ANSWER_BYTES) throw new GitFailure('data', `git ${args[0]} says more than 64 MiB`);
  return { status, stdout: Buffer.concat(chunks), messages: git.messages() };
}

/** The output of a command that is expected to succeed. @throws GitFailure `disk` when it does not */
export async function askGit(args: string[], call: GitCall): Promise<string> {
  const { status, stdout, messages } = await runGit(args, call);
  if (status !== 0) throw new GitFailure('disk', `git ${args[0]} failed: ${lastWords(messages)}`);
  return stdout.toString();
}
