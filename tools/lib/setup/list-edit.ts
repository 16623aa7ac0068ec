/**
 * Adding to and taking from a bracketed list in a text (an array or object of JSON, an array or inline table of
 * TOML) without touching anything else. A parser says where the brackets and items are; between them lie only
 * white space, commas and comments, which stay: a new item comes after the last of them, on a line of its own
 * where the list has lines. The one change to what was there is the comma that the item before needs.
 */
export interface Span {
  start: number;
  end: number;
}

export interface BracketList {
  /** Where the opening and the closing bracket are. */
  open: number;
  close: number;
  items: Span[];
}

export interface Dialect {
  /** Comments between items. */
  comment: RegExp;
  /** Whether an empty list gets lines when its first item comes. */
  expandsEmpty: boolean;
}

/** Writes an item: over several lines, the ones after the first indented by `indent`, or on one line. */
export type WriteItem = (layout: { indent: string; unit: string; eol: string } | undefined) => string;

/** The text with one more item at the end of the list. */
export function appendItem(text: string, list: BracketList, write: WriteItem, dialect: Dialect): string {
  const last = list.items.at(-1);
  const gap = scanGap(text, last?.end ?? list.open + 1, list.close, dialect);
  const indent = indentOfItems(text, list, gap.end, dialect);
  const eol = eolOf(text);
  const item = write(indent === undefined ? undefined : { indent, unit: unitOf(text), eol });
  const lead = indent === undefined ? leadOnLine(text, last) : eol + indent;
  const hasTrailingComma = last !== undefined && gap.comma !== undefined;
  const tail = hasTrailingComma ? ',' : '';
  const rest =
    last === undefined && indent !== undefined ? closingLine(text, list, gap.end) : text.slice(gap.end);
  const head =
    last === undefined || hasTrailingComma
      ? text.slice(0, gap.end)
      : `${text.slice(0, last.end)},${text.slice(last.end, gap.end)}`;
  return head + lead + item + tail + rest;
}

/** The text without one item and the comma that was there for it. */
export function cutItem(text: string, list: BracketList, index: number, dialect: Dialect): string {
  const item = list.items[index]!;
  const next = list.items[index + 1];
  const before = scanGap(text, list.items[index - 1]?.end ?? list.open + 1, item.start, dialect);
  const after = scanGap(text, item.end, next?.start ?? list.close, dialect);
  const rest = text.slice(after.comma === undefined ? item.end : after.comma + 1);
  if (after.comma !== undefined || before.comma === undefined) return text.slice(0, before.end) + rest;
  return text.slice(0, before.comma) + text.slice(before.comma + 1, before.end) + rest;
}

/** The line end that a text uses. */
export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

interface Gap {
  /** Where its last comment or comma ends. */
  end: number;
  comma: number | undefined;
}

function scanGap(text: string, start: number, end: number, { comment }: Dialect): Gap {
  const gap: Gap = { end: start, comma: undefined };
  const token = new RegExp(`${comment.source}|,`, 'gy');
  const space = /\s*/y;
  for (let at = start; at < end; at = gap.end) {
    space.lastIndex = at;
    token.lastIndex = at + space.exec(text)![0].length;
    const found = token.lastIndex < end ? token.exec(text)?.[0] : undefined;
    if (found === undefined) break;
    if (found === ',') gap.comma = token.lastIndex - 1;
    gap.end = token.lastIndex;
  }
  return gap;
}

/** How far items are indented when they have lines of their own; undefined when they share one. */
function indentOfItems(
  text: string,
  list: BracketList,
  gapEnd: number,
  dialect: Dialect,
): string | undefined {
  const [first] = list.items;
  const hasLines =
    first === undefined
      ? text.slice(list.open, list.close).includes('\n') ||
        (dialect.expandsEmpty && text.trimEnd().includes('\n'))
      : text.slice(list.open, first.start).includes('\n') || text.slice(gapEnd, list.close).includes('\n');
  if (!hasLines) return undefined;
  const own = list.items.findLast(item => /^\s*$/.test(text.slice(lineStart(text, item.start), item.start)));
  return own === undefined ? indentAt(text, list.open) + unitOf(text) : indentAt(text, own.start);
}

function leadOnLine(text: string, last: Span | undefined): string {
  return last !== undefined && isSpaced(text) ? ' ' : '';
}

/** Whether the text puts a space after its commas and colons, as far as it has any. */
export function isSpaced(text: string): boolean {
  return /[,:] /.test(text) || !/[,:]/.test(text);
}

/** What follows the first item of a list: its closing bracket on a line of its own. */
function closingLine(text: string, list: BracketList, gapEnd: number): string {
  const space = text.slice(gapEnd, list.close);
  const closing = text.slice(list.close);
  return space.includes('\n') ? space + closing : eolOf(text) + indentAt(text, list.open) + closing;
}

function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** One step of indentation: that of the first indented line. */
function unitOf(text: string): string {
  return /^(\t|[ ]{1,8})[^\s*]/m.exec(text)?.[1] ?? '  ';
}
