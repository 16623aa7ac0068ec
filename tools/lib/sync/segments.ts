/**
 * A writer's lines on the branch, cut into segments: a line that would begin beyond the limit of its segment begins the
 * next one. The cut depends on nothing but the lines, so a segment that is followed by another never changes again, and a
 * push rewrites one segment at most.
 */
import type { FileChange, TreeReader } from '../git/build-commit.js';
import { GitFailure } from '../git/git-failure.js';
import { LONGEST_LINE_BYTES } from '../record/event.js';
import { segmentPath } from './paths.js';

/** Beyond this no line begins in a segment. */
export const SEGMENT_BYTES = 256 * 1024;
/** So no segment is longer than this. */
export const LONGEST_SEGMENT_BYTES = SEGMENT_BYTES + LONGEST_LINE_BYTES;

/** Where a writer's lines end on the branch. */
export interface SegmentEnd {
  /** Its last segment; 0: there is none. */
  segment: number;
  /** The length of that, in bytes. */
  size: number;
}

/** Lines added behind those that are on the branch. */
export class SegmentedLines {
  private parts: Buffer[];
  private readonly full: FileChange[] = [];
  private isChanged = false;

  private constructor(
    private readonly base: string,
    private readonly end: SegmentEnd,
    content: Buffer,
  ) {
    this.parts = [content];
  }

  /**
   * Goes on at a known end.
   * @returns undefined when the branch does not end there
   */
  static async open(tree: TreeReader, base: string, end: SegmentEnd): Promise<SegmentedLines | undefined> {
    const content = end.segment === 0 ? Buffer.alloc(0) : await readSegment(tree, base, end.segment);
    if (content === 'foreign' || content?.length !== end.size) return undefined;
    return new SegmentedLines(base, { ...end }, content);
  }

  /** Looks for the end; `tell` gets the content of each segment on the way. */
  static async find(
    tree: TreeReader,
    base: string,
    tell: (content: Buffer) => void,
  ): Promise<SegmentedLines> {
    let last = Buffer.alloc(0);
    for (let segment = 1; ; segment++) {
      const content = await readSegment(tree, base, segment);
      if (content === undefined) {
        return new SegmentedLines(base, { segment: segment - 1, size: last.length }, last);
      }
      // What nobody could have written by these rules stays as it is; we go on behind it.
      last = content === 'foreign' ? Buffer.alloc(SEGMENT_BYTES) : Buffer.from(content);
      if (content !== 'foreign') tell(content);
    }
  }

  /** @param line with its newline */
  add(line: Buffer): void {
    if (this.end.segment === 0 || this.end.size >= SEGMENT_BYTES) this.begin();
    this.parts.push(Buffer.from(line));
    this.end.size += line.length;
    this.isChanged = true;
  }

  private begin(): void {
    if (this.isChanged) this.full.push(this.lastChange());
    this.end.segment++;
    this.end.size = 0;
    this.parts = [];
  }

  private lastChange(): FileChange {
    return { path: segmentPath(this.base, this.end.segment), content: Buffer.concat(this.parts) };
  }

  /** The segments that are to be written, and where they end then. */
  result(): { changes: FileChange[]; end: SegmentEnd } {
    return { changes: this.isChanged ? [...this.full, this.lastChange()] : [], end: { ...this.end } };
  }
}

async function readSegment(
  tree: TreeReader,
  base: string,
  segment: number,
): Promise<Buffer | 'foreign' | undefined> {
  try {
    return await tree.read(segmentPath(base, segment), LONGEST_SEGMENT_BYTES);
  } catch (error) {
    if (error instanceof GitFailure && error.kind === 'data') return 'foreign';
    throw error;
  }
}
