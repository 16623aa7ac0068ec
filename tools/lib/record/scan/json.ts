/**
 * Stepping over JSON in bytes without building anything of it: three times as fast as parsing. Every function
 * gives the place after what it stepped over, or NONE where that is not JSON *or not plain*: other white space
 * than spaces after `,` and `:`, escaped surrogates, deep nesting. NONE decides nothing; the caller parses then.
 *
 * The bytes must be UTF-8 and have a newline at or after the place: no plain value goes past one.
 */
export const NONE = -1;

/** The bytes that JSON is made of. */
export enum Byte {
  Space = 0x20,
  Quote = 0x22,
  Plus = 0x2b,
  Comma = 0x2c,
  Minus = 0x2d,
  Dot = 0x2e,
  Zero = 0x30,
  Nine = 0x39,
  Colon = 0x3a,
  UpperE = 0x45,
  OpenBracket = 0x5b,
  Backslash = 0x5c,
  CloseBracket = 0x5d,
  LowerD = 0x64,
  LowerE = 0x65,
  LowerU = 0x75,
  OpenBrace = 0x7b,
  CloseBrace = 0x7d,
}

/** Of bytes in a string: 0 stands for itself. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < Byte.Space || byte === Byte.Quote || byte === Byte.Backslash ? 1 : 0,
);
const ESCAPED = new Set([...'"\\/bfnrt'].map(letter => letter.charCodeAt(0)));
const HEX = new Set([...'0123456789abcdefABCDEF'].map(digit => digit.charCodeAt(0)));
const LITERALS = ['true', 'false', 'null'].map(word => Buffer.from(word));
/** One bit a level, and one above them. */
const DEEPEST = 2 ** 30;

/** @param at after the opening quote @returns where the closing quote is */
export function skipString(bytes: Uint8Array, at: number): number {
  for (;;) {
    while (SPECIAL[bytes[at]!] === 0) at++;
    if (bytes[at] === Byte.Quote) return at;
    if (bytes[at] !== Byte.Backslash) return NONE;
    at = skipEscape(bytes, at + 1);
    if (at === NONE) return NONE;
  }
}

function skipEscape(bytes: Uint8Array, at: number): number {
  if (ESCAPED.has(bytes[at]!)) return at + 1;
  if (bytes[at] !== Byte.LowerU) return NONE;
  for (let digit = 1; digit <= 4; digit++) if (!HEX.has(bytes[at + digit]!)) return NONE;
  const isSurrogate = (bytes[at + 1]! | Byte.Space) === Byte.LowerD && bytes[at + 2]! >= Byte.Zero + 8;
  return isSurrogate ? NONE : at + 5;
}

export function skipSpace(bytes: Uint8Array, at: number): number {
  while (bytes[at] === Byte.Space) at++;
  return at;
}

/** Any value. */
export function skipValue(bytes: Uint8Array, start: number): number {
  let at = start;
  let nesting = 1;
  for (;;) {
    const byte = bytes[at];
    const isObject = byte === Byte.OpenBrace;
    if (isObject || byte === Byte.OpenBracket) {
      if (bytes[at + 1] === (isObject ? Byte.CloseBrace : Byte.CloseBracket)) at += 2;
      else {
        if (nesting >= DEEPEST) return NONE;
        nesting = nesting * 2 + (isObject ? 1 : 0);
        at = isObject ? skipKey(bytes, at + 1) : at + 1;
        if (at === NONE) return NONE;
        continue;
      }
    } else {
      at = skipScalar(bytes, at);
      if (at === NONE) return NONE;
    }
    while (nesting > 1 && bytes[at] === (nesting % 2 === 1 ? Byte.CloseBrace : Byte.CloseBracket)) {
      at++;
      nesting = Math.trunc(nesting / 2);
    }
    if (nesting === 1) return at;
    if (bytes[at] !== Byte.Comma) return NONE;
    at = skipSpace(bytes, at + 1);
    if (nesting % 2 === 1) at = skipKey(bytes, at);
    if (at === NONE) return NONE;
  }
}

/** A key of an object and its colon. @returns where the value begins */
function skipKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== Byte.Quote) return NONE;
  const end = skipString(bytes, at + 1);
  return end === NONE || bytes[end + 1] !== Byte.Colon ? NONE : skipSpace(bytes, end + 2);
}

function skipScalar(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  if (byte === Byte.Quote) {
    const end = skipString(bytes, at + 1);
    return end === NONE ? NONE : end + 1;
  }
  if (byte === Byte.Minus || isDigit(byte)) return skipNumber(bytes, at);
  const literal = LITERALS.find(word => word.every((letter, index) => bytes[at + index] === letter));
  return literal === undefined ? NONE : at + literal.length;
}

function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === Byte.Minus ? start + 1 : start;
  at = bytes[at] === Byte.Zero ? at + 1 : skipDigits(bytes, at);
  if (at !== NONE && bytes[at] === Byte.Dot) at = skipDigits(bytes, at + 1);
  if (at === NONE || (bytes[at] !== Byte.LowerE && bytes[at] !== Byte.UpperE)) return at;
  const isSigned = bytes[at + 1] === Byte.Plus || bytes[at + 1] === Byte.Minus;
  return skipDigits(bytes, at + (isSigned ? 2 : 1));
}

/** One digit or more. */
function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  return at === start ? NONE : at;
}

const isDigit = (byte: number): boolean => byte >= Byte.Zero && byte <= Byte.Nine;
