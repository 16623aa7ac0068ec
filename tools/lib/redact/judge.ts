/**
 * Is the value of a telling name a secret, or a reference to one, a placeholder, a name, a piece of code? All
 * patterns run over a head of bounded length.
 */
import { MARKER_START } from './span.js';
import type { Telling } from './telling.js';

const HEAD = 128;

/** `$TOKEN`, `${{ secrets.X }}`, `<your-token>`, `%TOKEN%`, `op://…`, `***`: says where the secret is, not what. */
const REFERENCE =
  /^(?:\$\{?[A-Za-z_][\w.:-]*\}?$|\$\(|\$\{|\$env:|%[A-Za-z_]\w*%$|%[sdv]$|\{\{|\{[A-Za-z_][\w.]*\}$|<[^<>]*>?$|#\{|@\{|@[\w./~-]+$|!(?:secret|Ref|Sub|GetAtt)\b|op:\/\/|vault:|sops:|ENC\[|arn:aws:(?:secretsmanager|ssm):|(?:env|file|ssm|secretref|keychain|aws-sm|gcp-sm):|\[(?:redacted|filtered|masked|hidden|removed|secret|omitted)|[*\u2022]+$|[x.]{3,}$|[\u2026#_-]+$|!\w?$)/i;
const HOLDS_REFERENCE = /\$\{|\{\{|\$\(|\$[A-Z_]{3}|%s|%\(|\*{4}/;
const SAYS_NOTHING = /^[^\p{L}\p{N}]*$|^#[0-9a-f]{3,8}$/iu;
const PLACEHOLDER =
  /^(?:null|none|nil|undefined|void|true|false|yes|no|on|off|empty|unset|n\/a|na|required|optional|missing|invalid|expired|present|set|unknown|never|redacted|hidden|masked|string|str|text|number|int|integer|float|bool|boolean|any|object|bytes|buffer|varchar|char|file|stdin|prompt|input|todo|tbd|example|placeholder|passwords?|passwd|tokens?|(?:api|access|private|secret)[-_ ]?keys?|keys?|credentials?|auth|authorization|cookies?|username|user|email|bearer|basic)$/i;
const YOUR =
  /^(?:your|my|the|some|insert|enter|replace|put|add|use|new|old|an?)[-_ ]|(?:[-_ ]|^)(?:here|goes)$|\bexample\b|placeholder|xxxx/i;
const TELLING_WORD = /pass|pwd|secret|token|key|cred|auth|cookie/i;
const IDENTIFIER = /^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|::|->)[A-Za-z_$][\w$]*)*$/;
const PATH = /^(?:[A-Za-z]:[\\/]|~?\/|\.{1,2}\/)[\w.~@ -]*(?:[\\/]+[\w.~@ -]*)*$/;
const HASH_OR_UUID = /^(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Whether a value says where the secret is, or nothing, or is hidden already. */
export function isReference(value: string): boolean {
  const head = value.slice(0, HEAD).trim();
  if (SAYS_NOTHING.test(head) || head.includes(MARKER_START)) return true;
  return REFERENCE.test(head) || HOLDS_REFERENCE.test(head);
}

/** Whether a value says nothing secret whatever its name is. Takes any text. */
export function isHarmless(value: string): boolean {
  const head = value.slice(0, HEAD).trim();
  if (isReference(head) || PLACEHOLDER.test(head) || YOUR.test(head)) return true;
  return PATH.test(head) || /^[a-z][a-z0-9+.-]{1,20}:\/\/[^@]*$/i.test(head);
}

/** For a value in quotes, an element or a property: where it ends is certain. */
export function isSecretText(value: string, { kind, isPlain = false }: Telling): boolean {
  if (isHarmless(value)) return false;
  const head = value.slice(0, HEAD);
  if (kind === 'rare') return isRandom(head) && !HASH_OR_UUID.test(head);
  if (kind === 'made') return isMade(head);
  if (/\s/.test(head)) return !isProse(head);
  if (isPlain && isCompound(head) && isName(head)) return false;
  return !(isWords(head) && isCompound(head) && TELLING_WORD.test(head));
}

export interface Bare {
  /** `name=value` without a space. */
  isTight: boolean;
  /** It is all that its line says: `name: value`. */
  isWholeLine: boolean;
  /** The character behind it. */
  next: string;
}

/** For a value without quotes, which may as well be code or prose. */
export function isSecretWord(
  value: string,
  { kind, isPlain = false }: Telling,
  { isTight, isWholeLine, next }: Bare,
): boolean {
  if (isHarmless(value)) return false;
  const head = value.slice(0, HEAD);
  const isIdentifier = IDENTIFIER.test(head);
  if (/[([]/.test(next) && IDENTIFIER.test(head.replace(/\?\.$/, ''))) return false;
  if (!isTight && isIdentifier && /\.|::|->/.test(head) && !HASH_OR_UUID.test(head)) return false;
  if (kind === 'rare') return isRandom(head) && !HASH_OR_UUID.test(head);
  if (kind === 'made')
    return isTight || isWholeLine
      ? isMade(head)
      : isMade(head) && (isRandom(head) || HASH_OR_UUID.test(head));
  if (isIdentifier && !/\d/.test(head)) {
    const isCode = /\.|::|->/.test(head) || (isCompound(head) && TELLING_WORD.test(head));
    if (isCode || (isTight && /[),]/.test(next))) return false;
    return isTight || (isWholeLine && head.length > 3 && !isCompound(head) && !TELLING_WORD.test(head));
  }
  if (!isTight && (head.length < 4 || (isIdentifier && next === ';'))) return false;
  if (/^\d+$/.test(head)) return head.length > 3;
  if (/^\d+(?:\.\d+)*%?$/.test(head) || (isPlain && isCompound(head) && isName(head))) return false;
  return isTight || /[\d!@#$%^&*+=~?]/.test(head.replace(/[?!]+$/, ''));
}

/** Made by a machine: long, without spaces, letters mixed with digits or cases, and no name. */
export function isMade(value: string): boolean {
  if (value.length < 6 || /\s/.test(value)) return false;
  if (HASH_OR_UUID.test(value)) return true;
  if (/^[\d.,:+-]+$/.test(value)) return value.length > 15 && /^\d+$/.test(value);
  return classesOf(value) > 1 && !isName(value);
}

/** Random beyond doubt: sixteen characters or more whose kinds keep changing. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || /[\s(){}<>]/.test(value)) return false;
  if (HASH_OR_UUID.test(value)) return true;
  return classesOf(value) > 1 && changesOf(value) * 6 >= value.length && !isName(value);
}

/** `deploy-key-2`, `us-east-1`, `accessTokenValue`, `refresh_token_v2.json`: words and short numbers. */
function isName(value: string): boolean {
  const parts = value.split(/[-_./:@ ]|(?<=[a-z])(?=[A-Z])/);
  const isWordLike = parts.every(part =>
    /^(?:[A-Z]{0,5}[a-z]+|[A-Z]{2,12}|[a-zA-Z]?\d{0,4}|v\d+)$/.test(part),
  );
  return isWordLike && parts.filter(part => part.length > 2).length * 2 >= parts.length;
}

function isWords(value: string): boolean {
  return /^[A-Za-z_.-]+$/.test(value);
}

/** Of several words: `userPassword`, `user_password`. */
function isCompound(value: string): boolean {
  return /[_.-]|[a-z][A-Z]/.test(value);
}

/** A label or a sentence, as opposed to a pass phrase of words. */
function isProse(value: string): boolean {
  if (!/^[\p{L}\p{P}\s]+$/u.test(value)) return false;
  return (
    TELLING_WORD.test(value) ||
    /[.?!:\u2026]$|^[A-Z][a-z]+ |\b(?:the|to|is|are|be|must|for|and|or|your|not|of|in|with|a)\b/.test(value)
  );
}

/** How many of lower case, upper case and digits occur. */
function classesOf(value: string): number {
  return Number(/[a-z]/.test(value)) + Number(/[A-Z]/.test(value)) + Number(/\d/.test(value));
}

/** How often the kind of character changes from one to the next. */
function changesOf(value: string): number {
  let changes = 0;
  for (let place = 1; place < value.length; place++) {
    if (kindOf(value.charCodeAt(place)) !== kindOf(value.charCodeAt(place - 1))) changes++;
  }
  return changes;
}

function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 0;
  if (code >= 65 && code <= 90) return 1;
  return code >= 97 && code <= 122 ? 2 : 3;
}
