/** What lies in a commit, and what changed between two. */
import { GitFailure, lastWords } from './git-failure.js';
import { startGit } from './process.js';
import { passOver, readAnswers } from './reader.js';
import type { Repository } from './repository.js';
import { askGit } from './run-git.js';

export interface TreeFile {
  path: string;
  /** As git writes it: `100644` is a regular file. */
  mode: string;
  /** The object that is its content. */
  id: string;
}

export interface TreeChange extends TreeFile {
  /** Whether the file was there before, is there now, or both. */
  kind: 'added' | 'changed' | 'removed';
  /** The object that was its content; undefined when it is new. */
  before: string | undefined;
}

/** All files of a commit, or those below a directory. */
export async function listTree(
  { local }: Repository,
  commit: string,
  directory?: string,
): Promise<TreeFile[]> {
  const paths = directory === undefined ? [] : [`${directory}/`];
  const text = await askGit(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths], local);
  return text.split('\0').flatMap(record => {
    // A path may have tabs.
    const tab = record.indexOf('\t');
    const [mode, , id] = record.slice(0, tab).split(' ');
    return tab === -1 ? [] : [{ path: record.slice(tab + 1), mode: mode!, id: id! }];
  });
}

/** @param from undefined: everything in `to` is new */
export async function changesBetween(
  repository: Repository,
  from: string | undefined,
  to: string,
): Promise<TreeChange[]> {
  if (from === undefined) {
    const files = await listTree(repository, to);
    return files.map(file => ({ ...file, kind: 'added', before: undefined }));
  }
  const text = await askGit(
    ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to, '--'],
    repository.local,
  );
  const fields = text.split('\0');
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode, was, is, status] = fields[at]!.split(' ');
    const kind = status === 'A' ? 'added' : status === 'D' ? 'removed' : 'changed';
    const before = kind === 'added' ? undefined : was;
    changes.push({ path: fields[at + 1]!, mode: mode!, id: kind === 'removed' ? was! : is!, kind, before });
  }
  return changes;
}

export interface Blob {
  id: string;
  /** Undefined when it is longer than allowed. */
  content: Buffer | undefined;
  size: number;
}

/** What is longer than this is not waited for: a few bytes on the wire can unpack to any size. */
const LONGEST_PASSED_OVER_BYTES = 8 * 1024 * 1024;

/** Reads objects one after another, as a rule from one process; a long one is passed over without being kept. */
export async function* readBlobs(
  repository: Repository,
  ids: Iterable<string>,
  longestBytes: number,
): AsyncGenerator<Blob> {
  for (let wanted = [...ids]; wanted.length > 0; ) {
    let read = 0;
    for await (const blob of readSome(repository, wanted, longestBytes)) {
      read++;
      yield blob;
    }
    wanted = wanted.slice(read);
  }
}

/** Ends behind the first one that is too long to be passed over. */
async function* readSome(
  repository: Repository,
  wanted: string[],
  longestBytes: number,
): AsyncGenerator<Blob> {
  const git = startGit(['cat-file', '--batch', '--buffer'], repository.local);
  const answers = readAnswers(git.stdout, () => lastWords(git.messages()));
  try {
    git.stdin.end(wanted.map(id => `${id}\n`).join(''));
    for (const id of wanted) {
      const [, kind, length] = (await answers.line()).split(' ');
      if (kind !== 'blob') throw new GitFailure('missing', `the object ${id} of the branch is not here`);
      const size = Number(length);
      if (size <= longestBytes) {
        yield { id, size, content: (await answers.bytes(size + 1)).subarray(0, size) };
        continue;
      }
      yield { id, size, content: undefined };
      if (size > LONGEST_PASSED_OVER_BYTES) return;
      await passOver(answers, size + 1);
    }
  } finally {
    git.kill();
  }
}
