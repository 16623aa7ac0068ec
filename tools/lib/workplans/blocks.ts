/**
 * Where the parts of a workplan stand, in bytes: its frontmatter, the ` ```task ` blocks, and the heading before
 * each. Fences are those of CommonMark, so a block that is shown inside another fence is none. The text is decoded
 * as latin1, in which a character is a byte: whatever the bytes are, they keep their places.
 */
export interface Part {
  /** Of its first line, from 1. */
  line: number;
  start: number;
  end: number;
}

export interface Block extends Part {
  /** Spaces before the fence, which its lines may have as well. */
  indent: number;
  /** The last heading before it. */
  heading: Part | undefined;
  isClosed: boolean;
}

export interface Outline {
  frontmatter: Part | undefined;
  blocks: Block[];
}

const BOM = '\u00ef\u00bb\u00bf';
/** A fence with its language, or a heading. Few lines are either, so the others are not looked at one by one. */
const MARK = /^ {0,3}(?:(`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n\r]*|#{1,6}[ \t][^\n\r]*)$/gm;

/** @param latin1 the bytes of the file */
export function outlineOf(latin1: string): Outline {
  const frontmatter = frontmatterOf(latin1);
  return { frontmatter, blocks: frontmatter ? [...blocksOf(latin1, frontmatter.end)] : [] };
}

/** Open to the end when nothing closes it. */
function frontmatterOf(latin1: string): Part | undefined {
  const from = latin1.startsWith(BOM) ? BOM.length : 0;
  const opening = /^---[ \t]*\r?\n/.exec(latin1.slice(from, from + 200));
  if (!opening) return undefined;
  const start = from + opening[0].length;
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = start;
  return { line: 2, start, end: closing.exec(latin1)?.index ?? latin1.length };
}

function* blocksOf(latin1: string, from: number): Generator<Block> {
  const lineAt = lineCounter(latin1);
  let heading: Part | undefined;
  let open: { fence: string; block: Block | undefined } | undefined;
  MARK.lastIndex = from;
  for (const mark of latin1.matchAll(MARK)) {
    const [text, fence, language] = mark;
    if (open) {
      if (!closes(text, open.fence)) continue;
      if (open.block) yield { ...open.block, end: mark.index, isClosed: true };
      open = undefined;
    } else if (fence === undefined) {
      heading = headingPart(text, { line: lineAt(mark.index), start: mark.index, end: 0 });
    } else {
      const start = Math.min(
        latin1.length,
        mark.index + text.length + (latin1[mark.index + text.length] === '\r' ? 2 : 1),
      );
      const at = { line: lineAt(mark.index), start, end: latin1.length };
      const block = { ...at, indent: text.indexOf(fence[0]!), heading, isClosed: false };
      open = { fence, block: language === 'task' ? block : undefined };
    }
  }
  if (open?.block) yield open.block;
}

/** Tells the number of the line at a place; places are asked for in ascending order. */
function lineCounter(text: string): (place: number) => number {
  let line = 1;
  let newline = text.indexOf('\n');
  return place => {
    for (; newline !== -1 && newline < place; newline = text.indexOf('\n', newline + 1)) line++;
    return line;
  };
}

function closes(text: string, fence: string): boolean {
  const rest = text.trim();
  return rest.length >= fence.length && rest === fence[0]!.repeat(rest.length);
}

function headingPart(text: string, { line, start }: Part): Part {
  const marks = /^ *#+[ \t]*/.exec(text)![0].length;
  return { line, start: start + marks, end: start + Math.max(marks, text.trimEnd().length) };
}
