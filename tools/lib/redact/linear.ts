/**
 * A subset of regular expressions that a backtracking engine matches in linear time, so that no pattern from
 * a configuration can hang a hook. It has literal characters, classes, `.`, `\d \w \s \b`, `^`, `$`, groups
 * with alternatives of fixed length, and repetition of single characters. It keeps to four rules:
 *
 * 1. A repetition of varying length is followed by something it cannot match itself, or by nothing. The
 *    engine then has no second way to split a text between the two, and gives up after one look back.
 * 2. Only the last item may repeat without limit: it cannot fail any more, and the search goes on behind it.
 * 3. Whatever stands before takes at most 256 characters, so a search from each position stays bounded.
 * 4. Of the alternatives of a group at most one can match at any place.
 */
import { areDisjoint, type CharSet, union } from './char-set.js';
import { type Repeat, readAtom } from './linear-atom.js';

/** `^`, `$`, `\b`: takes no characters. */
type Assertion = 'assertion';
type Item = Repeat | Assertion | { alternatives: Repeat[][] };

const LONGEST_BEFORE_LAST = 256;

/** Why a pattern is not in the subset; undefined when it is. `minLength`: the fewest characters it may match. */
export function linearProblem(source: string, minLength = 1): string | undefined {
  try {
    new RegExp(source);
    const items = parse(source);
    return (
      problemOf(items) ??
      (shortest(items) < minLength ? `it must match at least ${minLength} characters` : undefined)
    );
  } catch (error) {
    if (error instanceof SyntaxError) return error.message.replace(/^Invalid regular expression: /, '');
    throw error;
  }
}

function parse(source: string): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    if (character === '^' || character === '$' || source.startsWith('\\b', at)) {
      items.push('assertion');
      at += character === '\\' ? 2 : 1;
    } else if (character === '(') {
      const end = groupEnd(source, at);
      items.push(group(source.slice(at + 1, end)));
      at = end + 1;
      if (/[*+?{]/.test(source[at] ?? ''))
        throw new SyntaxError('a group cannot be repeated or optional; write it out');
    } else if (character === '|') {
      throw new SyntaxError('put alternatives into a group: (?:a|b)');
    } else {
      const atom = readAtom(source, at);
      items.push(atom.repeat);
      at = atom.end;
    }
  }
  return items;
}

function groupEnd(source: string, start: number): number {
  let isClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '[') isClass = true;
    else if (character === ']') isClass = false;
    else if (character === '(' && !isClass) throw new SyntaxError('groups cannot be nested');
    else if (character === ')' && !isClass) return at;
  }
  throw new SyntaxError('unterminated group');
}

function group(body: string): Item {
  const prefix = /^\?(?::|<[A-Za-z_]\w*>)/.exec(body)?.[0] ?? '';
  if (prefix === '' && body.startsWith('?')) throw new SyntaxError('looking ahead or back is not possible');
  const alternatives = splitAlternatives(body.slice(prefix.length)).map(alternative =>
    parse(alternative).map(item => {
      if (item === 'assertion' || !('set' in item) || item.min !== item.max) {
        throw new SyntaxError('in a group every character counts exactly: no +, *, ? or ranges');
      }
      return item;
    }),
  );
  return { alternatives };
}

function splitAlternatives(body: string): string[] {
  const parts = [''];
  let isClass = false;
  for (let at = 0; at < body.length; at++) {
    const character = body[at]!;
    if (character === '[') isClass = true;
    else if (character === ']') isClass = false;
    if (character === '|' && !isClass) parts.push('');
    else parts[parts.length - 1] += character === '\\' ? character + (body[++at] ?? '') : character;
  }
  return parts;
}

function problemOf(items: Item[]): string | undefined {
  let longest = 0;
  for (const [index, item] of items.entries()) {
    if (item === 'assertion') continue;
    const isLast = index === items.length - 1;
    if ('alternatives' in item) {
      if (areAmbiguous(item.alternatives)) return 'two alternatives of a group can match the same text';
    } else if (item.min !== item.max && !areDisjoint(item.set, firstOf(items.slice(index + 1)))) {
      return 'a repetition is followed by what it can match itself; make them differ or give an exact count';
    } else if (item.max === Infinity && !isLast) {
      return 'only the last item may repeat without limit; give the others one, like {1,64}';
    }
    longest += isLast ? shortest([item]) : longestOf(item);
  }
  return longest > LONGEST_BEFORE_LAST
    ? `it takes more than ${LONGEST_BEFORE_LAST} characters before its last item`
    : undefined;
}

/** What the first character after these items may be. */
function firstOf(items: Item[]): CharSet {
  const sets: CharSet[] = [];
  for (const item of items) {
    if (item === 'assertion') continue;
    if ('alternatives' in item) return union([...sets, ...item.alternatives.map(firstOf)]);
    sets.push(item.set);
    if (item.min > 0) break;
  }
  return union(sets);
}

function areAmbiguous(alternatives: Repeat[][]): boolean {
  const spelled = alternatives.map(parts => parts.flatMap(({ set, min }) => Array<CharSet>(min).fill(set)));
  return spelled.some((a, index) =>
    spelled
      .slice(index + 1)
      .some(b => !a.slice(0, b.length).some((set, place) => areDisjoint(set, b[place]!))),
  );
}

function longestOf(item: Item): number {
  if (item === 'assertion') return 0;
  if ('set' in item) return item.max;
  return Math.max(...item.alternatives.map(parts => parts.reduce((sum, part) => sum + part.max, 0)));
}

function shortest(items: Item[]): number {
  return items.reduce((sum, item) => {
    if (item === 'assertion') return sum;
    if ('set' in item) return sum + item.min;
    return sum + Math.min(...item.alternatives.map(shortest));
  }, 0);
}
