/** Where a value ends: quoted at any depth of escaping, or bare. */

export interface Value {
  start: number;
  end: number;
  /** With its backslashes, e.g. `\"`; empty for a bare value. */
  quote: string;
  /** `end` is only as far as was looked; `extendValue` finds the real one. */
  isOpen: boolean;
  /** A bare value of an assignment that begins its line. */
  isLine?: boolean;
}

/** What a value is judged by lies within this many characters; a closing quote within eight times as many. */
const WINDOW = 128;
const QUOTE_WINDOW = WINDOW * 8;

const OPENING = /(?:[bBrRuUfFL]{0,2}|[$@]{1,2})(\\{0,15})(["'`])/y;
/** What follows a quote that does not open a value, but closes what the name stands in. */
const CLOSED = /^\s*(?:[:,;)\]}]|$)/;
const BARE = String.raw`[^\s"'\`\\,;&<>()[\]{}|=\u3000\uff0c\u3002]|\\(?![nrt"'\`\\u])`;
/** What the shell takes for one word: in an assignment that begins its line. */
const WORD = String.raw`[^\s"'\`\\=]|\\(?![nrt"'\`\\u])`;
/** A value is judged by what comes before `=`, so that `a=a=a=…` is not read to its end from each `a`. */
const BARE_HEAD = new RegExp(`(?:${BARE}){1,${WINDOW}}`, 'y');
const WORD_HEAD = new RegExp(`(?:${WORD}){1,${WINDOW}}`, 'y');
const REST_OF_BARE = new RegExp(`(?:${BARE}|=)*`, 'y');
const REST_OF_WORD = new RegExp(`(?:${WORD}|=)*`, 'y');
const REST_OF_LINE = /[^\n"'`\\]*/y;
/** A double quote that closes a JSON string, seen from inside another kind of quote. */
const STRUCTURE = /\\{0,15}"\s{0,8}(?:[,:}\]]|$)/;

/** The value at `at`; undefined when there is none. `isLine`: the assignment begins its line. */
export function readValue(text: string, at: number, isLine = false): Value | undefined {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening !== null) {
    const isClosing = CLOSED.test(text.slice(OPENING.lastIndex, OPENING.lastIndex + 8));
    if (isClosing && isInString(text, OPENING.lastIndex, opening[1]!.length)) return undefined;
    const slashes = opening[1]!.length;
    return readQuoted(text, OPENING.lastIndex, depthOf(slashes) ?? slashes, opening[2]!);
  }
  const pattern = isLine ? WORD_HEAD : BARE_HEAD;
  pattern.lastIndex = at;
  const bare = pattern.exec(text);
  if (bare === null) return undefined;
  const isOpen = bare[0].length === WINDOW || text[pattern.lastIndex] === '=';
  const semicolon = isLine && !isOpen && bare[0].length > 1 && bare[0].endsWith(';') ? 1 : 0;
  return { start: at, end: pattern.lastIndex - semicolon, quote: '', isOpen, isLine };
}

/** How many of the backslashes before a quote escape it, as deep as it is; the rest are text. */
export function depthOf(slashes: number): number | undefined {
  return [0, 1, 3, 7].find(depth => slashes % ((depth + 1) * 2) === depth);
}

/** How far a line is looked back; where it began earlier nothing can be told. */
const LINE_WINDOW = 512;

/** Whether the quote before `end` may close a string of its line: quotes like it do not stand there in pairs. */
function isInString(text: string, end: number, depth: number): boolean {
  const quote = text[end - 1]!;
  const from = Math.max(0, end - 1 - depth - LINE_WINDOW);
  const window = text.slice(from, end - 1 - depth);
  const newline = window.lastIndexOf('\n');
  if (newline === -1 && from > 0) return true;
  let count = 0;
  const isLike = depthOf(depth);
  for (let at = window.indexOf(quote, newline + 1); at !== -1; at = window.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (slashes < 16 && window[at - slashes - 1] === '\\') slashes++;
    if (depthOf(slashes) === isLike) count++;
  }
  return count % 2 === 1;
}

/**
 * Inside a string that was itself quoted, quotes carry 1, 3, 7 … backslashes; one with more belongs to the
 * value, one with fewer ends the string around it.
 */
function readQuoted(text: string, start: number, depth: number, quote: string): Value {
  const window = lineFrom(text, start);
  const structure = quote === '"' ? -1 : window.search(STRUCTURE);
  const whole = { start, quote: '\\'.repeat(depth) + quote };
  for (let place = window.indexOf(quote); place !== -1; place = window.indexOf(quote, place + 1)) {
    let slashes = 0;
    while (slashes < 32 && slashes < place && window[place - slashes - 1] === '\\') slashes++;
    const own = depthOf(slashes) ?? Infinity;
    if (own > depth) continue;
    if (structure !== -1 && structure < place) break;
    return { ...whole, end: start + place - own, isOpen: false };
  }
  const end = structure === -1 ? Math.min(window.length, WINDOW) : structure;
  return { ...whole, end: start + end, isOpen: structure === -1 };
}

function lineFrom(text: string, start: number): string {
  const window = text.slice(start, start + QUOTE_WINDOW);
  const newline = window.indexOf('\n');
  return newline === -1 ? window : window.slice(0, newline);
}

/** Where a value that turned out a secret really ends: what was not closed takes the rest of its line. */
export function extendValue(text: string, { start, end, quote, isOpen, isLine }: Value): number {
  if (!isOpen) return end;
  const rest = quote !== '' ? REST_OF_LINE : isLine ? REST_OF_WORD : REST_OF_BARE;
  rest.lastIndex = quote === '' ? end : start;
  rest.test(text);
  return Math.max(rest.lastIndex, start + 1);
}
