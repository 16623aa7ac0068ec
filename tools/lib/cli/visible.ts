/** Untrusted text on a terminal, in its columns: a wide character takes two. */
import stringWidth from 'string-width';
import { visible } from '../record/ids.js';

/** More than the widest terminal shows. */
const MOST_CHARACTERS = 8192;
const graphemes = new Intl.Segmenter();

/**
 * A line of JSON whose strings cannot drive the terminal: the same value, written with more escapes. What
 * stands between its strings is white space at most.
 */
export function visibleJson(line: string): string {
  return visible(line.replace(/[\t\r\n]/g, ' '));
}

/** The beginning of `text`, made visible, that fits into `columns`; `…` shows that there is more. */
export function clip(text: string, columns: number): string {
  const shown = visible(text.slice(0, MOST_CHARACTERS));
  if (/^[\u0020-\u007e]*$/.test(shown)) {
    return shown.length <= columns ? shown : `${shown.slice(0, Math.max(0, columns - 1))}${ending(columns)}`;
  }
  let width = 0;
  let cut = 0;
  for (const { segment, index } of graphemes.segment(shown)) {
    width += stringWidth(segment);
    if (width > columns) return `${shown.slice(0, cut)}${ending(columns)}`;
    if (width < columns) cut = index + segment.length;
  }
  return shown;
}

const ending = (columns: number): string => (columns > 0 ? '…' : '');

/** The columns that visible text takes. */
export { stringWidth as widthOf };
