/**
 * The claims log on the branch, for the history of other machines: each op of ours, byte for byte, on the day that it
 * names, in `claims/log/<day>.<writer>.jsonl` and its segments. Nothing is decided by it, so it goes out with an exchange
 * and never with a claim. Copies of other writers' days lie in `sync/claim-log/` of the control plane.
 */

import { logPath } from '../../claims/log.js';
import { fileSize, readChunks } from '../../disk/read.js';
import type { TreeReader } from '../../git/build-commit.js';
import type { SyncContext } from '../context.js';
import { lostFiles, withLost } from '../lost-files.js';
import { type LineMark, Marks } from '../marks.js';
import { isUnchanged, readNewLines } from '../new-lines.js';
import type { Arrival, BranchPath, Part, Proposal } from '../parts.js';
import { parseBranchPath } from '../paths.js';
import { LONGEST_SEGMENT_BYTES } from '../segments.js';
import { dayOfLine, publishedLines } from './log-lines.js';
import { takeOverLog } from './take-over-log.js';

const MOST_BYTES_A_COMMIT = 8 * 1024 * 1024;

/** The one mark there is: of the day that was sent last. */
interface LogMark extends LineMark {
  day: string;
}

const MARK = 'last';

export class ClaimLogPart implements Part {
  private readonly marks: Marks<LogMark>;

  constructor(private readonly context: SyncContext) {
    this.marks = new Marks<LogMark>(context.workspace, 'claim-log');
  }

  owns({ kind }: BranchPath): boolean {
    return kind === 'claim-log';
  }

  async arrive({ changes, read }: Arrival): Promise<void> {
    const { writer } = this.context.workspace;
    const ours = changes.filter(({ path }) => parseBranchPath(path)?.writer === writer);
    // Nobody but us should have: look again at what is there.
    if (ours.length > 0) this.marks.set([[MARK, undefined]]);
    const others = changes.filter(change => change.kind !== 'removed' && !ours.includes(change));
    others.sort((a, b) => segmentOf(a.path) - segmentOf(b.path));
    let next = 0;
    const ids = others.map(({ id }) => id);
    for await (const { content } of read(ids, LONGEST_SEGMENT_BYTES))
      takeOverLog(this.context, others[next++]!.path, content);
  }

  async propose(tree: TreeReader): Promise<Proposal | undefined> {
    const { workspace } = this.context;
    const path = logPath(workspace);
    const size = fileSize(path);
    const known = this.marks.get(MARK);
    if (size === undefined || isUnchanged(path, known)) return undefined;
    const proposal: Proposal = { changes: [], says: [], landed: () => undefined };
    let mark = known;
    let count = 0;
    for (const day of daysBehind(path, known && known.read <= size ? known.read : 0)) {
      const found = await readNewLines(tree, {
        path,
        base: `claims/log/${day}.${workspace.writer}`,
        mark: known?.day === day ? known : undefined,
        wanted: chunk => publishedLines(chunk, day),
        mostBytes: MOST_BYTES_A_COMMIT,
      });
      proposal.changes.push(...found.changes);
      proposal.hasMore = found.hasMore;
      mark = { ...found.mark, day };
      count += found.count;
      if (found.hasMore) break;
    }
    proposal.says.push(`${count} claim op${count === 1 ? '' : 's'}`);
    proposal.landed = () => {
      if (mark) this.marks.set([[MARK, mark]]);
    };
    if (proposal.changes.length > 0) return proposal;
    proposal.landed();
    return undefined;
  }

  async restore(tree: TreeReader, lost: Arrival): Promise<Proposal | undefined> {
    const others = await lostFiles(lost, this.context.workspace.writer, LONGEST_SEGMENT_BYTES);
    return withLost(await this.propose(tree), others);
  }
}

function segmentOf(path: string): number {
  const at = parseBranchPath(path);
  return at?.kind === 'claim-log' ? at.segment : 0;
}

/** The days that the ops behind a byte of the log name. */
function daysBehind(path: string, from: number): string[] {
  const days = new Set<string>();
  for (const { bytes } of readChunks(path, from)) {
    for (let start = 0; ; ) {
      const end = bytes.indexOf(10, start);
      if (end === -1) break;
      const day = dayOfLine(bytes.subarray(start, end));
      if (day !== undefined) days.add(day);
      start = end + 1;
    }
  }
  return [...days].sort();
}
