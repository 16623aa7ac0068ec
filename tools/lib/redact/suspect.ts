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
const SHAPE = 1;
/** A dash that begins a word. */
const OPTION = 2;
/** `:`, `=` or `>`, which join a name to its value. */
const JOINT = 4;
/** White space, or a `%` as of `%20`. */
const SPACE = 8;
/** Of a token: `[\w+./-]`. */
const RUN = 16;
/** `[^\t\n -[\]-~]`. */
const STRANGE = 32;
/** Of a run that is none of the plain ones: `/` or `+`. */
const SLASH = 64;
/** A long run that has one. */
const PATH = 128;
const TOKEN_LENGTH = 14;
const DASH = 45;
const DOT = 46;

/** What the characters of ASCII are. */
const KINDS = new Uint8Array(128);
KINDS.fill(STRANGE, 0, 32);
for (const character of '\t\n %') KINDS[character.charCodeAt(0)] = SPACE;
for (const character of '\\\u007f') KINDS[character.charCodeAt(0)] = STRANGE;
for (const character of ':=>') KINDS[character.charCodeAt(0)] = JOINT;
for (const character of '-._') KINDS[character.charCodeAt(0)] = RUN;
for (const character of '+/') KINDS[character.charCodeAt(0)] = RUN | SLASH;
KINDS.fill(RUN, 48, 58).fill(RUN, 65, 91).fill(RUN, 97, 123);

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

/** So many looks take longer than to compile a pattern. */
const MANY_LOOKS = 100;

/** How a captured text ends that was cut. */
export const CUT_ENDING = '… (truncated)';

/** Whether a text may hold a secret. */
export function isSuspect(text: string, rules: Rules): boolean {
  const seen = lookAt(text, rules, SHAPE | OPTION);
  if ((seen & (SHAPE | OPTION)) !== 0) return true;
  if ((seen & (JOINT | SPACE)) === 0) return false;
  const words = text.toLowerCase();
  if ((seen & SPACE) !== 0 && PHRASE_PARTS.some(part => words.includes(part)) && PHRASE.test(text))
    return true;
  return (seen & JOINT) !== 0 && holdsTellingWord(words);
}

let looksForWords = 0;
let anyTellingWord: RegExp | undefined;

/** Whether plain ASCII in lower case has a word that may tell of a secret. */
export function holdsTellingWord(words: string): boolean {
  if (looksForWords++ < MANY_LOOKS) return TELLING_WORDS.some(part => words.includes(part));
  anyTellingWord ??= new RegExp(TELLING_WORDS.join('|'));
  return anyTellingWord.test(words);
}

/** Whether an id or a name may hold what is a secret by its shape alone. */
export function isSuspectName(text: string, rules: Rules): boolean {
  return (lookAt(text, rules, SHAPE) & SHAPE) !== 0;
}

/** What is seen in a text; of `suspicious` only what is left when long runs that are no token are passed over. */
function lookAt(whole: string, { extra }: Rules, suspicious: number): number {
  if (extra.length > 0) return SHAPE | OPTION;
  const text = whole.endsWith(CUT_ENDING) ? whole.slice(0, -CUT_ENDING.length) : whole;
  const seen =
    text.length > LONGEST_OF_NAMES && longLooks++ < MANY_LOOKS ? kindsByPattern(text) : kindsIn(text);
  if ((seen & suspicious) === 0 || (seen & PATH) !== 0 || text.length > LONGEST_OF_NAMES) return seen;
  return (seen & ~suspicious) | (kindsIn(text.replace(PLAIN_RUN, 'run')) & suspicious);
}

let longLooks = 0;

/** The kinds that matter in a long text: nothing of ours is compiled for the one prompt of a process. */
function kindsByPattern(text: string): number {
  const isShape = /[\w+./-]{14}|[^\t\n -[\]-~]|-----|:\/\//.test(text);
  const isOption = /(?<!\w)-/.test(text);
  const isJoined = /[:=>]/.test(text);
  const isSpaced = /[\t\n %]/.test(text);
  return (isShape ? SHAPE : 0) | (isOption ? OPTION : 0) | (isJoined ? JOINT : 0) | (isSpaced ? SPACE : 0);
}

/** By hand: a pattern for it tries each run from each of its characters, which costs more once this is compiled. */
function kindsIn(text: string): number {
  let seen = 0;
  let run = 0;
  let inRun = 0;
  let last = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? KINDS[code]! : STRANGE;
    seen |= kind;
    if ((kind & RUN) === 0) {
      run = inRun = 0;
    } else {
      inRun |= kind;
      if (++run >= TOKEN_LENGTH) seen |= (inRun & SLASH) === 0 ? SHAPE : SHAPE | PATH;
      if (code === DASH && !isWordCode(last)) seen |= OPTION;
    }
    last = code;
  }
  // Dashes in a row begin a word.
  const isShape =
    (seen & STRANGE) !== 0 ||
    ((seen & OPTION) !== 0 && text.includes('-----')) ||
    ((seen & JOINT) !== 0 && text.includes('://'));
  return isShape ? seen | SHAPE : seen;
}

function isWordCode(code: number): boolean {
  return code !== DASH && code !== DOT && code < 128 && KINDS[code] === RUN;
}

/** Whether a name may tell that its value is a secret. */
export function mayTell(name: string): boolean {
  const words = name.toLowerCase();
  // Tokens that are counted.
  return words !== 'tokens' && TELLING_NAMES.some(part => words.includes(part));
}
