/** `scheme://user:password@host`: the password, or a token in the place of the user. */
import { isHarmless, isRandom } from './judge.js';
import type { Span } from './span.js';

const AUTHORITY = /[^\s"'`<>\\/?#]{1,512}/y;

/** @param at behind the `//` */
export function urlSpan(text: string, at: number): Span | undefined {
  AUTHORITY.lastIndex = at;
  const authority = AUTHORITY.exec(text)?.[0] ?? '';
  const host = authority.lastIndexOf('@');
  if (host < 1) return undefined;
  const colon = authority.indexOf(':');
  const from = colon === -1 || colon > host ? 0 : colon + 1;
  const secret = authority.slice(from, host);
  if (isHarmless(secret) || (from === 0 && !isRandom(secret))) return undefined;
  return { start: at + from, end: at + host, rule: 'url-credential' };
}
