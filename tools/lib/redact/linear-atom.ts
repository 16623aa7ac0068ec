/** Reads one character or class of a pattern, with its repetition. */
import { ANY_BUT_NEWLINE, type CharSet, complementOf, SHORTHANDS, setOf, union } from './char-set.js';

/** One set of characters, repeated. `max` is Infinity for no limit. */
export interface Repeat {
  set: CharSet;
  min: number;
  max: number;
}

const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

/** @throws SyntaxError for what the subset leaves out */
export function readAtom(source: string, at: number): { repeat: Repeat; end: number } {
  const { set, end } = source[at] === '[' ? readClass(source, at) : readCharacter(source, at);
  const quantifier = /[*+?]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/y;
  quantifier.lastIndex = end;
  const found = quantifier.exec(source);
  if (found === null) return { repeat: { set, min: 1, max: 1 }, end };
  const after = quantifier.lastIndex;
  if (source[after] === '?') throw new SyntaxError('a lazy repetition is not possible');
  return { repeat: { set, ...boundsOf(found) }, end: after };
}

function boundsOf([text, min, comma, max]: RegExpExecArray): { min: number; max: number } {
  if (text === '?') return { min: 0, max: 1 };
  if (text === '*' || text === '+') return { min: text === '+' ? 1 : 0, max: Infinity };
  const least = Number(min);
  return { min: least, max: comma === undefined ? least : max === undefined ? Infinity : Number(max) };
}

function readCharacter(source: string, at: number): { set: CharSet; end: number } {
  const character = source[at]!;
  if (character === '.') return { set: ANY_BUT_NEWLINE, end: at + 1 };
  if (character === '\\') return readEscape(source, at);
  return { set: setOf(character.charCodeAt(0)), end: at + 1 };
}

function readEscape(source: string, at: number): { set: CharSet; end: number } {
  const letter = source[at + 1] ?? '';
  const shorthand = SHORTHANDS[letter.toLowerCase()];
  if (shorthand) {
    return { set: letter === letter.toLowerCase() ? shorthand : complementOf(shorthand), end: at + 2 };
  }
  const code = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/y;
  code.lastIndex = at;
  const digits = code.exec(source);
  if (digits) return { set: setOf(Number.parseInt(digits[1] ?? digits[2]!, 16)), end: code.lastIndex };
  if (Object.hasOwn(CONTROLS, letter)) return { set: setOf(CONTROLS[letter]!), end: at + 2 };
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw new SyntaxError(`\\${letter} is not possible`);
  return { set: setOf(letter.charCodeAt(0)), end: at + 2 };
}

function readClass(source: string, at: number): { set: CharSet; end: number } {
  const isNegated = source[at + 1] === '^';
  const sets: CharSet[] = [];
  let place = at + (isNegated ? 2 : 1);
  while (source[place] !== ']') {
    const low = readMember(source, place);
    place = low.end;
    if (source[place] !== '-' || source[place + 1] === ']') sets.push(low.set);
    else {
      const high = readMember(source, place + 1);
      sets.push([[low.set[0]![0], high.set[0]![0]]]);
      place = high.end;
    }
  }
  const set = union(sets);
  return { set: isNegated ? complementOf(set) : set, end: place + 1 };
}

function readMember(source: string, at: number): { set: CharSet; end: number } {
  return source[at] === '\\' ? readEscape(source, at) : { set: setOf(source.charCodeAt(at)), end: at + 1 };
}
