/** JSON in, exactly or not at all: what `JSON.parse` would silently change is refused. */
import canonicalize from 'canonicalize';
import { Failure } from '../failure.js';
import { shorten } from './ids.js';

const DEEPEST = 100;

export type JsonObject = Record<string, unknown>;

/**
 * The object that `text` holds.
 * @param what names the input in messages: `data`
 * @throws Failure `data` when it is not JSON, not an object, nested deeper than 100, or would not survive: a
 *   number without an exact or finite value, a lone surrogate, a `__proto__` key
 */
export function parseJsonObject(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure('data', `${what} is not JSON: ${oneLine(error.message)}`);
  }
  if (!isJsonObject(value)) throw new Failure('data', `${what} must be a JSON object, like {"key": "value"}`);
  const losses = lookFor(text);
  const problem = findLoss(value, 0, losses) ?? (losses.hasLongNumber ? inexactInteger(text) : undefined);
  if (problem !== undefined) throw new Failure('data', `${what} ${problem}`);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value may have lost, and what a search for it came across. */
interface Losses {
  /** Text with halves of characters, or names that are not allowed, may be in it. */
  inText: boolean;
  /** A number with so many digits that some may be others. */
  hasLongNumber: boolean;
}

/** The first integers with sixteen digits; fewer are exact. */
const LONG_NUMBER = 1e15;

/** Most text shows without a look at its values that no character can be incomplete and no name is strange. */
function lookFor(text: string): Losses {
  const inText = text.includes('\\u') || text.includes('__proto__') || !text.isWellFormed();
  return { inText, hasLongNumber: false };
}

/** What of a parsed value could not be written back as it was; undefined when nothing. */
export function findLoss(
  value: unknown,
  depth: number,
  losses: Losses = { inText: true, hasLongNumber: false },
): string | undefined {
  if (typeof value === 'string')
    return !losses.inText || value.isWellFormed() ? undefined : 'has text that is not valid Unicode';
  if (typeof value === 'number') {
    if (value >= LONG_NUMBER || value <= -LONG_NUMBER) losses.hasLongNumber = true;
    return Number.isFinite(value) ? undefined : 'has a number that is not finite';
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= DEEPEST) return `is nested deeper than ${DEEPEST} levels`;
  if (losses.inText && Object.hasOwn(value, '__proto__'))
    return 'has a key "__proto__", which is not allowed';
  // What JSON.parse made inherits nothing that is enumerable; lists of keys would be half of a batch's garbage.
  for (const key in value) {
    const item = (value as JsonObject)[key];
    if (typeof item === 'string' && !losses.inText) continue;
    const problem =
      losses.inText && !key.isWellFormed()
        ? 'has a key that is not valid Unicode'
        : findLoss(item, depth + 1, losses);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Some integers beyond 2^53 would come back as others. Strings are cut out first; the patterns are linear. */
function inexactInteger(text: string): string | undefined {
  for (const number of text.replace(/"(?:[^"\\]|\\.)*"/gs, '""').match(/-?\d+(?:[.eE][-+.\deE]*)?/g) ?? []) {
    if (/^-?\d{16,}$/.test(number) && !isKept(number)) {
      return `has the number ${shorten(number)}, which JSON readers round; pass it as a string`;
    }
  }
  return undefined;
}

/** Whether an integer is written back with the digits it had. */
function isKept(digits: string): boolean {
  const value = Number(digits);
  return String(value) === digits || (Number.isFinite(value) && BigInt(value) === BigInt(digits));
}

const oneLine = (text: string): string => shorten(text.replace(/\s+/g, ' '));

/** RFC 8785: the same value gives the same text, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) as string;
}
