/** Events on the branch: ours are sent line by line, those of other writers become copies beside ours. */
import { formatDuration } from '../clock.js';
import type { FileChange, TreeReader } from '../git/build-commit.js';
import type { TreeChange } from '../git/tree.js';
import { type DayFile, listAgents, listDayFiles } from '../ledger/day-file.js';
import type { SyncContext } from './context.js';
import { checkedLines } from './event-lines.js';
import { lostFiles, withLost } from './lost-files.js';
import { type LineMark, Marks } from './marks.js';
import { mayBeSent } from './may-be-sent.js';
import { isUnchanged, type NewLines, readNewLines } from './new-lines.js';
import type { Arrival, BranchPath, Part, Proposal } from './parts.js';
import { eventsBase, parseBranchPath } from './paths.js';
import { tellOfRemoved } from './removed.js';
import { LONGEST_SEGMENT_BYTES } from './segments.js';
import { type ArrivedSegment, takeOverSegment } from './take-over-segment.js';

/** New events beyond this go into the next commit, so that no push takes for ever. */
const MOST_BYTES_A_COMMIT = 16 * 1024 * 1024;

interface Sending {
  changes: FileChange[];
  says: string[];
  events: number;
  bytes: number;
  hasMore: boolean;
  /** By agent. */
  marks: Map<string, [string, LineMark][]>;
}

export class EventsPart implements Part {
  private readonly marks = new Map<string, Marks<LineMark>>();

  /** @param clockSkewMs how far ahead of our clock an event may be before it is reported */
  constructor(
    private readonly context: SyncContext,
    private readonly clockSkewMs: number,
  ) {}

  owns({ kind }: BranchPath): boolean {
    return kind === 'events';
  }

  async arrive({ changes, read }: Arrival): Promise<void> {
    const others: ArrivedSegment[] = [];
    for (const change of changes) {
      const segment = segmentOf(change);
      // Nobody but us should have: look again, with the next push, at what is there.
      if (segment.writer === this.context.workspace.writer) {
        this.marksOf(segment.agent).set([[segment.day, undefined]]);
      } else if (change.kind !== 'removed') others.push(segment);
    }
    tellOfRemoved(this.context, changes);
    others.sort(inOrder);
    const ids = others.map(({ change }) => change.id);
    let next = 0;
    const skewed = new Map<string, number>();
    for await (const { content } of read(ids, LONGEST_SEGMENT_BYTES)) {
      const segment = others[next++]!;
      const { count, newestMs } = await takeOverSegment(this.context, segment, content, read);
      this.context.tally.received += count;
      skewed.set(segment.writer, Math.max(newestMs, skewed.get(segment.writer) ?? -Infinity));
    }
    this.tellOfSkew(skewed);
  }

  private tellOfSkew(newestMs: Map<string, number>): void {
    const nowMs = this.context.workspace.clock.nowMs();
    for (const [writer, atMs] of newestMs) {
      if (atMs - nowMs <= this.clockSkewMs) continue;
      const ahead = formatDuration(atMs - nowMs);
      this.context.warn(
        `the newest event of ${writer} is ${ahead} ahead of the clock here; one of them is wrong`,
      );
    }
  }

  async propose(tree: TreeReader): Promise<Proposal | undefined> {
    const sending: Sending = { changes: [], says: [], events: 0, bytes: 0, hasMore: false, marks: new Map() };
    for (const agent of listAgents(this.context.workspace.root)) await this.addAgent(tree, agent, sending);
    const { changes, says, events, hasMore, marks } = sending;
    const landed = (): void => {
      for (const [agent, ofAgent] of marks) this.marksOf(agent).set(ofAgent);
    };
    if (changes.length > 0) return { changes, says, events, hasMore, landed };
    landed();
    return undefined;
  }

  async restore(tree: TreeReader, lost: Arrival): Promise<Proposal | undefined> {
    const ours = await this.propose(tree);
    const others = await lostFiles(lost, this.context.workspace.writer, LONGEST_SEGMENT_BYTES);
    return withLost(ours, others);
  }

  private async addAgent(tree: TreeReader, agent: string, sending: Sending): Promise<void> {
    const before = sending.events;
    const marks: [string, LineMark][] = [];
    sending.marks.set(agent, marks);
    for (const file of listDayFiles(this.context.workspace.root, { agent })) {
      if (file.writer !== undefined || sending.hasMore) continue;
      if (isUnchanged(file.path, this.marksOf(agent).get(file.day))) continue;
      if (!mayBeSent(this.context, file.path)) continue;
      const found = await this.newLinesOf(tree, file, sending.bytes);
      sending.changes.push(...found.changes);
      sending.events += found.count;
      sending.bytes += found.bytes;
      sending.hasMore = found.hasMore || sending.bytes >= MOST_BYTES_A_COMMIT;
      marks.push([file.day, found.mark]);
    }
    const count = sending.events - before;
    if (count > 0) sending.says.push(`${count} event${count === 1 ? '' : 's'} of ${agent}`);
  }

  private newLinesOf(tree: TreeReader, { path, agent, day }: DayFile, bytes: number): Promise<NewLines> {
    const { writer } = this.context.workspace;
    return readNewLines(tree, {
      path,
      base: eventsBase(agent, day, writer),
      mark: this.marksOf(agent).get(day),
      *wanted(chunk) {
        for (const line of checkedLines(chunk, { agent, day, writer }))
          if (line.problem === undefined) yield line.bytes;
      },
      mostBytes: MOST_BYTES_A_COMMIT - bytes,
    });
  }

  private marksOf(agent: string): Marks<LineMark> {
    const known = this.marks.get(agent) ?? new Marks<LineMark>(this.context.workspace, `events-${agent}`);
    this.marks.set(agent, known);
    return known;
  }
}

function segmentOf(change: TreeChange): ArrivedSegment {
  const path = parseBranchPath(change.path);
  if (path?.kind !== 'events') throw new TypeError(`${change.path} holds no events`);
  const { agent, day, writer, segment } = path;
  return { change, agent, day, writer, segment };
}

/** The segments of a day one after another, whatever their paths look like. */
function inOrder(a: ArrivedSegment, b: ArrivedSegment): number {
  const one = eventsBase(a.agent, a.day, a.writer);
  const other = eventsBase(b.agent, b.day, b.writer);
  return one < other ? -1 : one > other ? 1 : a.segment - b.segment;
}
