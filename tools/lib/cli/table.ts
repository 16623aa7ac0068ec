/** Tables for people: cells cut to the width of the terminal, never wrapped. */
import { clip, widthOf } from './visible.js';

export interface Column {
  title: string;
  /** It is made no wider than this, whatever it holds. */
  most: number;
}

export interface Cell {
  text: string;
  paint?: ((text: string) => string) | undefined;
}

const GAP = 2;
/** What the last column keeps as long as others can give. */
const LEAST_LAST = 24;
const LEAST = 6;

/** The width each column needs to show its title and these rows. */
export function neededWidths(columns: Column[], rows: Cell[][]): number[] {
  return columns.map(({ title, most }, index) =>
    Math.max(title.length, ...rows.map(row => widthOf(clip(row[index]!.text, most)))),
  );
}

/**
 * The width each column gets, so that a row fits into `width`: where that is less than needed, the widest
 * columns give, the last one takes what is left, and of what still has no place the last columns go.
 */
export function givenWidths(needed: number[], width: number): number[] {
  const others = needed.slice(0, -1);
  const last = needed.at(-1)!;
  for (let excess = total(others) + Math.min(last, LEAST_LAST) - width; excess > 0; excess--) {
    const widest = others.indexOf(Math.max(...others));
    if (others[widest]! <= LEAST) break;
    others[widest]!--;
  }
  let left = width;
  return [...others, last].map(columns => {
    const given = Math.max(0, Math.min(columns, left));
    left -= given + GAP;
    return given;
  });
}

/** The columns that some cells take, with a gap after each. */
function total(widths: number[]): number {
  return widths.reduce((sum, columns) => sum + columns + GAP, 0);
}

/** A row as one line without its newline. */
export function formatRow(cells: Cell[], widths: number[]): string {
  let line = '';
  let blanks = 0;
  for (const [index, { text, paint = String }] of cells.entries()) {
    const shown = clip(text, widths[index]!);
    if (shown !== '') line += ' '.repeat(blanks) + paint(shown);
    blanks = (shown === '' ? blanks : 0) + widths[index]! - widthOf(shown) + GAP;
  }
  return line;
}
