/**
 * Whether anything is worth a search: the first look at every text, and for most the last. It is all that a short
 * command carries along; the search is a part of its own.
 */
import type { Rules } from './rules.js';

export interface Redacted {
  text: string;
  /** The rules that fired, each once. */
  rules: string[];
}

export interface RedactedData {
  data: Record<string, unknown>;
  /** The rules that fired, each once. */
  rules: string[];
}

/**
 * Nothing is a secret by its shape without a run of characters long enough for a token, the head of a key block or
 * the middle of a URL; and what is not plain ASCII, or escaped, is looked at as a reader sees it.
 */
const SHAPE = /[^\t\n -[\]-~]|[\w+./-]{14}|-----|:\/\//;
/** The same, or an option. To compile one pattern costs more than to run it over a page. */
const SHAPE_OR_OPTION = new RegExp(`${SHAPE.source}|(?:^|\\W)-`);
/** Long runs that are no token: UUIDs, tasks of clients' sessions (`claude-47566f45`), `words_and-words`, `WordsAlike`. */
const PLAIN_RUN =
  /(?<![\w+./-])(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[a-z]{1,8}-[\da-f]{8}|[a-z]{1,20}(?:[_.-][a-z]{1,20})*|(?=[A-Za-z]{1,20}(?![\w+./-]))[A-Z][a-z]+(?:[A-Z][a-z]+)*)(?![\w+./-])/g;
/** In a longer text there is more to search than names. */
const LONGEST_OF_NAMES = 512;
/** What needs no more than a space before its secret, and parts of it. */
const PHRASE = /pass\w{0,12}\s+["']|\blogin\s|(?:basic|bearer)(?: |%20)|identified by/i;
const PHRASE_PARTS = ['pass', 'login', 'basic', 'bearer', 'identified'];
/** Parts of every name that tells of a secret under it. */
const TELLING_NAMES =
  'pass pwd pw secret token key cred auth jwt cookie bearer sessid sessionid mnemonic phrase senha contrase'.split(
    ' ',
  );
/** Parts of every word that tells of a secret joined to it. */
const TELLING_WORDS = [...TELLING_NAMES, 'basic', 'sess', 'sig=', 'signature=', 'identified'];

/** How a captured text ends that was cut. */
export const CUT_ENDING = '… (truncated)';

/** Whether a text may hold a secret. */
export function isSuspect(text: string, rules: Rules): boolean {
  if (isSuspectBy(SHAPE_OR_OPTION, text, rules)) return true;
  const words = text.toLowerCase();
  if (PHRASE_PARTS.some(part => words.includes(part)) && PHRASE.test(text)) return true;
  const isJoined = text.includes(':') || text.includes('=') || text.includes('>');
  return isJoined && holdsTellingWord(words);
}

/** Whether plain ASCII in lower case has a word that may tell of a secret. */
export function holdsTellingWord(words: string): boolean {
  return TELLING_WORDS.some(part => words.includes(part));
}

/** Whether an id or a name may hold what is a secret by its shape alone. */
export function isSuspectName(text: string, rules: Rules): boolean {
  return isSuspectBy(SHAPE_OR_OPTION, text, rules) && isSuspectBy(SHAPE, text, rules);
}

function isSuspectBy(pattern: RegExp, whole: string, { extra }: Rules): boolean {
  if (extra.length > 0) return true;
  const text = whole.endsWith(CUT_ENDING) ? whole.slice(0, -CUT_ENDING.length) : whole;
  if (!pattern.test(text)) return false;
  return text.length > LONGEST_OF_NAMES || pattern.test(text.replace(PLAIN_RUN, 'run'));
}

/** Whether a name may tell that its value is a secret. */
export function mayTell(name: string): boolean {
  const words = name.toLowerCase();
  // Tokens that are counted.
  return words !== 'tokens' && TELLING_NAMES.some(part => words.includes(part));
}

/** Whether a JSON value may hold a secret, or a name that tells of one. */
export function isSuspectValue(value: unknown, rules: Rules): boolean {
  if (typeof value === 'string') return isSuspect(value, rules);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(item => isSuspectValue(item, rules));
  return Object.entries(value).some(
    ([name, item]) =>
      // What stands under `value` may be told of by its neighbour.
      mayTell(name) || /^value$/i.test(name) || isSuspect(name, rules) || isSuspectValue(item, rules),
  );
}
