/** The values of `Authorization`, `Cookie` and `Set-Cookie`: the scheme, the attributes and references stay. */
import { isHarmless, isMade, isRandom } from './judge.js';
import { markerOf, type Span } from './span.js';
import type { Value } from './value.js';

const SCHEME =
  /(?:bearer|basic|token|digest|apikey|api-key|bot|key|negotiate|aws4-hmac-sha256|hawk|splunk|genie[kK]ey|oauth|ntlm|dpop|signature)(?:\s|%20|\+)+/iy;
const CREDENTIAL = /[^\s"'`\\,;<>()[\]{}]{1,256}/y;
const REST_OF_CREDENTIAL = /[^\s"'`\\,;<>()[\]{}]*/y;
const WINDOW = 512;
/** These schemes have parameters, some of which are secret. */
const WITH_PARAMETERS = /^(?:digest|aws4|hawk|oauth|signature)/i;
const HOLDS_PARAMETER = /\w="?\\*"?[\w+/=-]{4}/;
const REST_OF_HEADER = /(?:[^\r\n"'`\\]|\\(?![nr"'`\\]))+/y;
const DIGEST = /(?:[^\r\n'`\\]|\\(?![nr\\]))+/y;
const COOKIE_PAIR = /[\w!#$%&*+.^|~-]{1,128}=([^\s;,"'`\\]{1,256})/y;
const BEARER = /[\w.~+/-]{16,}=*/y;
const LONGEST_BASIC = 1024;

/** `Bearer …` and the like inside the value of an authorization header; the whole value when it looks made. */
export function authorizationSpan(text: string, { start, quote }: Value): Span | undefined {
  SCHEME.lastIndex = start;
  const scheme = SCHEME.exec(text)?.[0];
  const from = scheme === undefined ? start : SCHEME.lastIndex;
  if (scheme !== undefined && WITH_PARAMETERS.test(scheme)) {
    if (!HOLDS_PARAMETER.test(text.slice(from, from + WINDOW).split('\n', 1)[0]!)) return undefined;
    return matchFrom(quote === "'" ? DIGEST : REST_OF_HEADER, text, from, 'authorization');
  }
  CREDENTIAL.lastIndex = from;
  const value = CREDENTIAL.exec(text)?.[0];
  if (value === undefined) return undefined;
  const next = text[from + value.length] ?? '\n';
  if (isHarmless(value) || value.startsWith('$') || (quote === '' && /[([]/.test(next))) return undefined;
  const isNamed =
    scheme !== undefined && value.length > 3 && (/[^A-Za-z]/.test(value) || /["'`\\\r\n]/.test(next));
  if (!isNamed && !isMade(value)) return undefined;
  return matchFrom(REST_OF_CREDENTIAL, text, from, 'authorization');
}

/** `Bearer <token>` or `Basic <base64 of user:password>` that stands alone; `at`: behind the scheme. */
export function bareSchemeSpan(text: string, at: number, isBasic: boolean): Span | undefined {
  BEARER.lastIndex = at;
  const head = /[\w.~+/-]{8,256}={0,2}/y;
  head.lastIndex = at;
  const value = head.exec(text)?.[0];
  if (value === undefined) return undefined;
  if (isBasic ? !isUserAndPassword(value) : !isRandom(value)) return undefined;
  return { start: at, end: BEARER.test(text) ? BEARER.lastIndex : head.lastIndex, rule: 'authorization' };
}

/** Whether it is base64 of printable text with a colon. */
export function isUserAndPassword(base64: string): boolean {
  if (base64.length > LONGEST_BASIC || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) return false;
  return /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(base64, 'base64').toString('latin1'));
}

/** All of a `Cookie`, the first pair's value of a `Set-Cookie`. */
export function cookieSpan(text: string, { start, quote }: Value, isSet: boolean): Span | undefined {
  COOKIE_PAIR.lastIndex = start;
  const pair = COOKIE_PAIR.exec(text);
  if (pair === null || isHarmless(pair[1]!)) return undefined;
  const valueAt = start + pair[0].length - pair[1]!.length;
  if (isSet) return matchFrom(/[^\s;,"'`\\]+/y, text, valueAt, 'cookie');
  return matchFrom(
    quote === '' ? /(?:[^\r\n"'`\\]|\\(?![nrt"'`\\]))+/y : REST_OF_HEADER,
    text,
    start,
    'cookie',
  );
}

function matchFrom(pattern: RegExp, text: string, at: number, rule: string): Span | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? { start: at, end: pattern.lastIndex, rule } : undefined;
}

/** The text of a header's value with its secret hidden; undefined when it has none. */
export function hideHeader(value: string, rule: string, name: string): string | undefined {
  const whole: Value = { start: 0, end: value.length, quote: '"', isOpen: false };
  const span =
    rule === 'cookie' ? cookieSpan(value, whole, /^set/i.test(name)) : authorizationSpan(value, whole);
  return span && value.slice(0, span.start) + markerOf(rule) + value.slice(span.end);
}
