/** Where the status of a task stands: the bytes of the word, without quotes, spaces and comments around it. */
import type { Block } from './blocks.js';

export interface StatusPlace {
  start: number;
  end: number;
  /** Of the file, from 1. */
  line: number;
}

const KEY = /^([ \t]*)(?:status|"status"|'status')[ \t]*:[ \t]+/;

/**
 * The place of `word` in the only line `status: …` of a block.
 * @returns undefined when it has no such line, or more than one
 */
export function findStatus(latin1: string, block: Block, word: string): StatusPlace | undefined {
  let found: StatusPlace | undefined;
  for (let start = block.start, line = block.line + 1; start < block.end; line++) {
    const newline = latin1.indexOf('\n', start);
    const end = newline === -1 ? block.end : Math.min(newline, block.end);
    const text = latin1.slice(start, end);
    const key = KEY.exec(text)?.[0];
    if (key !== undefined) {
      if (found) return undefined;
      const at = start + key.length;
      const isQuoted = /^["']/.test(latin1[at] ?? '');
      const from = isQuoted ? at + 1 : at;
      if (!latin1.startsWith(word, from) || !isEnd(latin1.slice(from + word.length, end), isQuoted))
        return undefined;
      found = { start: from, end: from + word.length, line };
    }
    start = end + 1;
  }
  return found;
}

/** What may follow the word: its quote, spaces, a comment. */
function isEnd(rest: string, isQuoted: boolean): boolean {
  return (isQuoted ? /^["'][ \t]*(?:[ \t]#.*)?\r?$/ : /^[ \t]*(?:[ \t]#.*)?\r?$/).test(rest);
}
