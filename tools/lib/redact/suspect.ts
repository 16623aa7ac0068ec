/** Whether a text is worth a search: the first look at every text, and for most short ones the last. */

const TOKEN_LENGTH = 14;
const WORD = 1;
const JOINT = 2;

/** What a code below 128 is: part of a token, something that joins a name to a value, or neither. */
const KINDS = kinds();

function kinds(): Uint8Array {
  const table = new Uint8Array(128).fill(JOINT, 0, 32).fill(0, 9, 11);
  for (let code = 48; code <= 122; code++) if (/\w/.test(String.fromCharCode(code))) table[code] = WORD;
  for (const letter of '+./-') table[letter.charCodeAt(0)] = WORD;
  for (const letter of ':=>\\\u007f') table[letter.charCodeAt(0)] = JOINT;
  return table;
}

/** Secrets that need none of the above beside them. */
const WORDS = /pass\w{0,12}\s+["'\\]|\blogin\s|basic |identified by/i;
const OPTION_AFTER = /[\s"'([]/;

/**
 * Nothing is a secret without a joint between a name and a value, an option, or a run of characters long enough
 * for a token; and what is not plain ASCII is looked at as a reader sees it.
 */
export function isSuspect(text: string): boolean {
  let run = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    const kind = code < 128 ? KINDS[code] : JOINT;
    if (kind === JOINT) return true;
    if (kind !== WORD) run = 0;
    else if (++run === TOKEN_LENGTH) return true;
    else if (run === 1 && code === 45 && (place === 0 || OPTION_AFTER.test(text[place - 1]!))) return true;
  }
  return WORDS.test(text);
}
