/** What is a secret by the words beside it: assignments, options, bare `Bearer` and `Basic`, short options. */
import { assignmentSpan } from './assignment.js';
import { bareSchemeSpan } from './header.js';
import { isHarmless } from './judge.js';
import { optionSpans } from './short-options.js';
import type { Span } from './span.js';
import { holdsTellingWord } from './suspect.js';
import { extendValue, readValue } from './value.js';

const WORDS =
  /pass|pwd|secret|token|key|cred|auth|jwt|cookie|bearer(?: |%20)|basic(?: |%20)|\bpw\b|senha|contrase|mnemonic|phrase|sess|[?&](?:sig|x-(?:amz|goog)-(?:signature|credential)|signature)=|identified by (?=["'])|パスワード|密码|密碼|口令|비밀번호|пароль|รหัสผ่าน/gi;
const FOREIGN = /^[^\x00-\x7f]/;
const FOREIGN_ANYWHERE = /[^\x00-\x7f]/;
const SHORT = 8192;
const FOREIGN_JOINT = /["'`]?\s{0,4}[:=\uff1a\uff1d]\s{0,4}/y;
const SIGNATURE = /[\w%+/=~-]{16,}/y;

export function wordSpans(text: string): Span[] {
  const options = optionSpans(text);
  const spans: Span[] = [...options];
  if (!hasTellingWord(text)) return spans;
  let option = 0;
  let nameEnd = 0;
  WORDS.lastIndex = 0;
  for (let found = WORDS.exec(text); found !== null; found = WORDS.exec(text)) {
    const { index, 0: word } = found;
    while (option < options.length && options[option]!.end <= index) option++;
    // What an option hides is no name: `-psecret`.
    if (option < options.length && options[option]!.start <= index) continue;
    let span = spanBehind(text, index, word);
    if (span === 'name' && index >= nameEnd) ({ span, nameEnd } = assignmentSpan(text, index));
    if (span === undefined || span === 'name') continue;
    spans.push(span);
    WORDS.lastIndex = Math.max(span.end, index + 1);
  }
  return spans;
}

/**
 * Whether a telling word may be in the text: without one, no word has a span. In a short text, to look for the words
 * one by one takes less than to compile their pattern.
 */
export function hasTellingWord(text: string): boolean {
  return text.length >= SHORT || FOREIGN_ANYWHERE.test(text) || holdsTellingWord(text.toLowerCase());
}

/** What a word that is no name stands before; `'name'` for one that may be. */
function spanBehind(text: string, index: number, word: string): Span | undefined | 'name' {
  const at = index + word.length;
  if (/^(?:bearer|basic)./i.test(word)) return bareSchemeSpan(text, at, /^basic/i.test(word));
  if (/^[?&]/.test(word)) return signatureSpan(text, at);
  if (/^identified/i.test(word)) return chosenSpan(text, at, /^[a-z]/.test(word));
  return FOREIGN.test(word) ? foreignSpan(text, at) : 'name';
}

/** A signature in a URL opens what it signs. */
function signatureSpan(text: string, at: number): Span | undefined {
  SIGNATURE.lastIndex = at;
  return SIGNATURE.test(text) ? { start: at, end: SIGNATURE.lastIndex, rule: 'signature' } : undefined;
}

function foreignSpan(text: string, at: number): Span | undefined {
  FOREIGN_JOINT.lastIndex = at;
  return FOREIGN_JOINT.test(text) ? chosenSpan(text, FOREIGN_JOINT.lastIndex) : undefined;
}

/** `isLoose`: the words before it may be prose, so it must have a digit. */
function chosenSpan(text: string, at: number, isLoose = false): Span | undefined {
  const value = readValue(text, at);
  const head = value && text.slice(value.start, value.end);
  if (head === undefined || isHarmless(head) || (isLoose && !/\d/.test(head))) return undefined;
  return { start: value!.start, end: extendValue(text, value!), rule: 'password' };
}
