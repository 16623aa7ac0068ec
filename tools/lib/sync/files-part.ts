/**
 * Statuses and session summaries on the branch: small files that their writer replaces as a whole. The newest on the branch
 * is the newest there is, because each has one writer.
 */
import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listDirectory, makeDirectory } from '../disk/directory.js';
import { ifPresent } from '../disk/errno.js';
import { readAtMost } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import type { TreeReader } from '../git/build-commit.js';
import { GitFailure } from '../git/git-failure.js';
import { isAgentName, parseSessionId } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';
import { statusProblem } from '../record/status.js';
import { listStatusFiles } from '../status/store.js';
import type { SyncContext } from './context.js';
import { lostFiles, withLost } from './lost-files.js';
import { Marks } from './marks.js';
import { mayBeSent } from './may-be-sent.js';
import type { Arrival, BranchPath, Part, Proposal } from './parts.js';
import { parseBranchPath } from './paths.js';
import { forgive, refuse } from './refused.js';
import { tellOfRemoved } from './removed.js';

/** One kind of such files. */
export interface FileKind {
  kind: 'status' | 'summary';
  /** As the commit's message names them. */
  noun: string;
  longestBytes: number;
  /** Ours, by path below the root, each with its path on the branch. */
  list(root: string, writer: string): { local: string; path: string }[];
  /** What is wrong with a file at a path; undefined when nothing is. */
  problem(content: Buffer, path: BranchPath): string | undefined;
}

export const STATUSES: FileKind = {
  kind: 'status',
  noun: 'the status of',
  longestBytes: 64 * 1024,
  list: (root, writer) =>
    listStatusFiles(root)
      .filter(file => file.writer === undefined)
      .map(({ agent }) => ({
        local: `agents/${agent}/status.json`,
        path: `agents/${agent}/status.${writer}.json`,
      })),
  problem(content, path) {
    try {
      const value: unknown = JSON.parse(content.toString());
      const problem = statusProblem(value);
      if (problem !== undefined) return problem;
      return isJsonObject(value) && 'agent' in path && value.agent === path.agent
        ? undefined
        : 'is of another agent';
    } catch (error) {
      if (error instanceof SyntaxError) return 'is not JSON';
      throw error;
    }
  },
};

export const SUMMARIES: FileKind = {
  kind: 'summary',
  noun: 'a session of',
  longestBytes: 1024 * 1024,
  list: (root, writer) =>
    listDirectory(join(root, 'memory'))
      .filter(isAgentName)
      .flatMap(agent => {
        const directory = `memory/${agent}/sessions`;
        return listDirectory(join(root, directory)).flatMap(name => {
          const session = name.endsWith('.md') ? name.slice(0, -3) : '';
          if (parseSessionId(session)?.agent !== agent) return [];
          return [{ local: `${directory}/${name}`, path: `${directory}/${session}.${writer}.md` }];
        });
      }),
  problem: content => (isUtf8(content) ? undefined : 'is not UTF-8 text'),
};

interface FileMark {
  /** Tells one version of the local file from another. */
  version: string;
}

export class FilesPart implements Part {
  private readonly marks: Marks<FileMark>;

  constructor(
    private readonly context: SyncContext,
    private readonly kind: FileKind,
  ) {
    this.marks = new Marks(context.workspace, `files-${kind.kind}`);
  }

  owns({ kind }: BranchPath): boolean {
    return kind === this.kind.kind;
  }

  async arrive({ changes, read }: Arrival): Promise<void> {
    const { workspace } = this.context;
    const isOurs = ({ path }: { path: string }): boolean =>
      parseBranchPath(path)?.writer === workspace.writer;
    if (changes.some(isOurs)) this.marks.set(changes.filter(isOurs).map(({ path }) => [path, undefined]));
    const others = changes.filter(change => !isOurs(change));
    tellOfRemoved(this.context, changes);
    const arrived = others.filter(({ kind }) => kind !== 'removed');
    let next = 0;
    for await (const { content } of read(
      arrived.map(({ id }) => id),
      this.kind.longestBytes,
    ))
      this.takeOver(arrived[next++]!.path, content);
  }

  private takeOver(path: string, content: Buffer | undefined): void {
    const reason = content === undefined ? 'is too long' : this.kind.problem(content, parseBranchPath(path)!);
    if (content === undefined || reason !== undefined) {
      refuse(this.context, path, { reason: reason!, content });
      return;
    }
    const { root } = this.context.workspace;
    const target = join(root, path);
    makeDirectory(root, dirname(target));
    replaceFile(target, content);
    forgive(this.context, path);
  }

  async propose(tree: TreeReader): Promise<Proposal | undefined> {
    const { root, writer } = this.context.workspace;
    const changes: Proposal['changes'] = [];
    const marks: [string, FileMark][] = [];
    for (const { local, path } of this.kind.list(root, writer)) {
      const version = versionOf(join(root, local));
      if (version === undefined || this.marks.get(path)?.version === version) continue;
      if (!mayBeSent(this.context, join(root, local))) continue;
      const content = this.contentOf(join(root, local), path);
      marks.push([path, { version }]);
      if (content !== undefined && !(await hasContent(tree, path, content))) changes.push({ path, content });
    }
    const landed = (): void => this.marks.set(marks);
    if (changes.length === 0) {
      landed();
      return undefined;
    }
    const agents = new Set(changes.map(({ path }) => path.split('/')[1]!));
    return { changes, says: [...agents].map(agent => `${this.kind.noun} ${agent}`), landed };
  }

  async restore(tree: TreeReader, lost: Arrival): Promise<Proposal | undefined> {
    const ours = await this.propose(tree);
    return withLost(ours, await lostFiles(lost, this.context.workspace.writer));
  }

  /** Undefined for what others would refuse. */
  private contentOf(local: string, path: string): Buffer | undefined {
    const content = readAtMost(local, this.kind.longestBytes + 1);
    if (content === undefined || content.length > this.kind.longestBytes) return undefined;
    return this.kind.problem(content, parseBranchPath(path)!) === undefined ? content : undefined;
  }
}

/** A replaced file has another inode, also when it is as long as before and was made in the same moment. */
function versionOf(path: string): string | undefined {
  const stats = ifPresent(`cannot look at ${path}`, () => statSync(path, { throwIfNoEntry: false }));
  return stats && `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

async function hasContent(tree: TreeReader, path: string, content: Buffer): Promise<boolean> {
  try {
    return (await tree.read(path, content.length))?.equals(content) ?? false;
  } catch (error) {
    if (error instanceof GitFailure && error.kind === 'data') return false;
    throw error;
  }
}
