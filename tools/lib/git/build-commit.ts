/**
 * A commit on top of another, made by one `git fast-import`: it reads what is there (`ls`, `cat-blob`), the caller decides, it
 * writes blobs, trees and the commit and sets a ref of ours. No index, no working files. Reading one path costs the trees on the way to
 * it, whatever else the tree holds. The format is that of git-fast-import(1).
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { removeFile } from '../disk/remove.js';
import { GitFailure, lastWords } from './git-failure.js';
import { isObjectId } from './names.js';
import { type GitProcess, startGit } from './process.js';
import { type AnswerReader, passOver, readAnswers } from './reader.js';
import type { Repository } from './repository.js';

export interface FileChange {
  path: string;
  /** The whole new content; null removes the file. */
  content: Uint8Array | string | StoredObject | null;
}

/** What the repository has already: a file, or, at the path "", a whole tree. */
export interface StoredObject {
  id: string;
  mode: '100644' | '040000';
}

export interface CommitDraft {
  message: string;
  whenMs: number;
  /** Shown as author and committer. */
  name: string;
  changes: Iterable<FileChange>;
  /** What can be done while git writes. */
  meanwhile?(): void;
}

export interface TreeReader {
  /**
   * A regular file of the parent commit; undefined when there is none.
   * @throws GitFailure `data` when it is longer than `longestBytes`; others can still be read
   */
  read(path: string, longestBytes: number): Promise<Buffer | undefined>;
}

export interface Build {
  /** Undefined: a commit without a parent. */
  parent: string | undefined;
  /** The ref of ours that is set to the commit. */
  ref: string;
  /** A ref of ours that is set to the parent, so that nothing cleans it up. */
  keep?: string;
}

/**
 * @param decide reads the parent's tree and says what to change; undefined: nothing
 * @returns the new commit; undefined when nothing was to be changed
 * @throws GitFailure `disk` when git cannot write; whatever `decide` throws, after which nothing was written
 */
export async function buildCommit(
  repository: Repository,
  { parent, ref, keep }: Build,
  decide: (tree: TreeReader) => Promise<CommitDraft | undefined> | CommitDraft | undefined,
): Promise<string | undefined> {
  const git = startGit(
    ['fast-import', '--quiet', '--done', '--force', '--date-format=raw'],
    repository.local,
  );
  const answers = readAnswers(git.stdout, () => lastWords(git.messages()));
  try {
    const draft = await decide(treeReader(git, answers, parent));
    let commit: string | undefined;
    if (draft) {
      await writeCommit(git, draft, { ref, parent });
      if (keep !== undefined && parent !== undefined) await send(git, `reset ${keep}\nfrom ${parent}\n\n`);
      await send(git, 'get-mark :1\n');
      commit = await answers.line();
    }
    git.stdin.end('done\n');
    draft?.meanwhile?.();
    if ((await git.status) !== 0)
      throw new GitFailure('disk', `git fast-import failed: ${lastWords(git.messages())}`);
    return commit;
  } catch (error) {
    git.kill();
    removeReport(repository, git);
    throw error;
  }
}

/** What `fast-import` leaves in the repository when it fails. */
function removeReport({ local: { gitDirectory } }: Repository, { pid }: GitProcess): void {
  if (gitDirectory !== undefined) removeFile(join(gitDirectory, `fast_import_crash_${pid}`));
}

function treeReader(git: GitProcess, answers: AnswerReader, parent: string | undefined): TreeReader {
  return {
    read: async (path, longestBytes) => {
      if (parent === undefined) return undefined;
      await send(git, `ls ${parent} ${quotePath(path)}\n`);
      const [mode, kind, id] = (await answers.line()).split(/[ \t]/);
      if (mode !== '100644' || kind !== 'blob') return undefined;
      await send(git, `cat-blob ${id}\n`);
      const size = Number((await answers.line()).split(' ')[2]);
      if (size > longestBytes) {
        await passOver(answers, size + 1);
        const what = `${path} on the branch has ${size} bytes; at most ${longestBytes} are read`;
        throw new GitFailure('data', what);
      }
      const content = await answers.bytes(size + 1);
      return content.subarray(0, size);
    },
  };
}

async function writeCommit(
  git: GitProcess,
  { message, whenMs, name, changes }: CommitDraft,
  { ref, parent }: Pick<Build, 'ref' | 'parent'>,
): Promise<void> {
  const person = `${name.replace(/[<>\n\0]/g, '')} <> ${Math.trunc(whenMs / 1000)} +0000`;
  await send(git, `commit ${ref}\nmark :1\nauthor ${person}\ncommitter ${person}\n`);
  await sendData(git, message);
  if (parent !== undefined) await send(git, `from ${checkId(parent)}\n`);
  for (const { path, content } of changes) {
    if (content === null) await send(git, `D ${quotePath(path)}\n`);
    else if (isStored(content))
      await send(git, `M ${content.mode} ${checkId(content.id)} ${quotePath(path)}\n`);
    else {
      await send(git, `M 100644 inline ${quotePath(path)}\n`);
      await sendData(git, content);
    }
  }
  await send(git, '\n');
}

function isStored(content: Exclude<FileChange['content'], null>): content is StoredObject {
  return typeof content === 'object' && 'id' in content;
}

function checkId(id: string): string {
  if (!isObjectId(id)) throw new GitFailure('data', 'that is no name of a commit');
  return id;
}

/** As C writes strings: any byte may stand in a path. */
function quotePath(path: string): string {
  return `"${path.replace(/["\\\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`))}"`;
}

async function sendData(git: GitProcess, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  await send(git, `data ${bytes.length}\n`);
  await send(git, bytes);
  await send(git, '\n');
}

/** Waits while git is behind, so that a large commit takes little memory; a git that has ended takes nothing more. */
async function send(git: GitProcess, text: string | Uint8Array): Promise<void> {
  if (git.stdin.write(text) || git.stdin.destroyed) return;
  await Promise.race([once(git.stdin, 'drain'), once(git.stdin, 'close'), git.status]);
}
