/**
 * Patterns as git has them in `.gitignore` (gitignore(5); `wildmatch.c` of git). They are matched byte by byte, in
 * time linear in the path for each star of the pattern: a star gives way only to the last one before it.
 */
type Token = 'one' | 'star' | Set;

/** Bytes that match; never a slash. */
interface Set {
  ranges: [number, number][];
  isNegated: boolean;
}

/** A pattern between two slashes; `deep` stands for any number of directories. */
export type Segment = Token[] | 'deep';

/** UTF-8 bytes, one a character. */
export function bytesOf(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
}

/** @param pattern bytes. @returns undefined for one that matches nothing */
export function parseGlob(pattern: string): Segment[] | undefined {
  const segments: Segment[] = [];
  const parts = splitParts(pattern);
  for (const [index, part] of parts.entries()) {
    const isDeep = /^\*{2,}$/.test(part);
    const tokens = isDeep ? 'deep' : parseTokens(part);
    if (tokens === undefined) return undefined;
    // What ends with `/**` means what is inside: there must be something.
    if (isDeep && index === parts.length - 1) segments.push(['star']);
    segments.push(tokens);
  }
  return segments;
}

/** The parts between slashes; one in brackets is no such slash. */
function splitParts(pattern: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '[') at = parseSet(pattern, at + 1)?.end ?? at;
    else if (pattern[at] === '\\' && pattern[at + 1] !== '/') at++;
    if (pattern[at] !== '/' && !(pattern[at] === '\\' && pattern[at + 1] === '/')) continue;
    parts.push(pattern.slice(from, at));
    if (pattern[at] === '\\') at++;
    from = at + 1;
  }
  return [...parts, pattern.slice(from)];
}

function parseTokens(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '*') {
      if (tokens.at(-1) !== 'star') tokens.push('star');
    } else if (character === '?') tokens.push('one');
    else if (character === '[') {
      const set = parseSet(text, at + 1);
      if (!set) return undefined;
      tokens.push(set);
      at = set.end;
    } else {
      if (character === '\\' && ++at === text.length) return undefined;
      tokens.push(only(text.charCodeAt(at)));
    }
  }
  return tokens;
}

const only = (code: number): Set => ({ ranges: [[code, code]], isNegated: false });

const CLASSES: Record<string, [number, number][]> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ], // prettier-ignore
  alpha: [
    [65, 90],
    [97, 122],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: [[48, 57]],
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};

/** The set that begins behind a bracket, and where its closing one is. */
function parseSet(text: string, from: number): (Set & { end: number }) | undefined {
  const isNegated = text[from] === '!' || text[from] === '^';
  const ranges: [number, number][] = [];
  let before = 0;
  for (let at = from + Number(isNegated); at < text.length; at++) {
    const isFirst = at === from + Number(isNegated);
    if (text[at] === ']' && !isFirst) return { ranges, isNegated, end: at };
    const named = /^\[:([^\]]*):\]/.exec(text.slice(at));
    if (named) {
      const known = Object.hasOwn(CLASSES, named[1]!) ? CLASSES[named[1]!] : undefined;
      if (!known) return undefined;
      ranges.push(...known);
      at += named[0].length - 1;
      before = 0;
    } else if (text[at] === '-' && before !== 0 && at + 1 < text.length && text[at + 1] !== ']') {
      at += text[at + 1] === '\\' ? 2 : 1;
      ranges.push([before, text.charCodeAt(at)]);
      before = 0;
    } else {
      if (text[at] === '\\') at++;
      before = text.charCodeAt(at);
      ranges.push([before, before]);
    }
  }
  return undefined;
}

function isIn({ ranges, isNegated }: Set, code: number): boolean {
  return ranges.some(([first, last]) => first <= code && code <= last) !== isNegated;
}

/** @param path bytes */
export function matchesGlob(segments: Segment[], path: string): boolean {
  const parts = path.split('/');
  return matchesList(
    segments,
    parts.length,
    segment => segment === 'deep',
    (segment, index) => matchesPart(segment as Token[], parts[index]!),
  );
}

function matchesPart(tokens: Token[], part: string): boolean {
  return matchesList(
    tokens,
    part.length,
    token => token === 'star',
    (token, index) => token === 'one' || isIn(token as Set, part.charCodeAt(index)),
  );
}

/** Whether items match a pattern in which some tokens stand for any number of them. */
function matchesList<T>(
  pattern: T[],
  length: number,
  isStar: (token: T) => boolean,
  matches: (token: T, index: number) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < length; ) {
    if (at < pattern.length && isStar(pattern[at]!)) {
      star = at++;
      resume = index;
    } else if (at < pattern.length && matches(pattern[at]!, index)) {
      at++;
      index++;
    } else if (star !== -1) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (at < pattern.length && isStar(pattern[at]!)) at++;
  return at === pattern.length;
}
