/** Untrusted text in a Markdown document: whatever it holds, it stays text and stays in its cell. */

const LONGEST_CELL = 300;

/**
 * `text` for a cell of a table: on one line, at most 300 characters, and without meaning to Markdown or HTML.
 * An underscore between letters is left alone, because no renderer reads it as emphasis there. Where a renderer
 * makes a link of a bare URL, it may show the backslash of an escaped character in it.
 */
export function tableCell(text: string): string {
  const line = text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/gu, '\ufffd')
    .toWellFormed()
    .trim();
  return cut(line)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*[|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}

function cut(line: string): string {
  if (line.length <= LONGEST_CELL) return line;
  const characters = [...line];
  return characters.length <= LONGEST_CELL ? line : `${characters.slice(0, LONGEST_CELL - 1).join('')}…`;
}

/** A table of cells that are escaped already. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
