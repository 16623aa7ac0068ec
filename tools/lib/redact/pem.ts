/** Private keys as text blocks: PEM, OpenSSH, PGP; with real or escaped line ends, indented, quoted or cut off. */
import type { Span } from './span.js';

const HEADING = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** Line ends and what stands before a line in a diff, a quotation, an indented block; where a string is joined. */
const GAP = String.raw`(?:\\{1,7}[nrt]|[\s>+|#*-]|["']\s{0,4}(?:[+.]\s{0,32}|[,\\]?\s{0,4}\n\s{0,32})["'])`;
const BODY_BEGINS = new RegExp(
  `${GAP}{1,64}(?:[A-Za-z-]{2,20}: [^"\\n\\\\]{1,200}${GAP}{1,64}){0,4}[A-Za-z0-9+/=]{8}`,
  'y',
);
const ENDING = /-----END [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)?-----/y;
/** What is no part of a block but of the JSON or code around it. */
const STRUCTURE = /["']\s{0,8}:|["'][ \t]{0,8},[ \t]{0,8}\\{0,15}["']|[{}[\]]/;
const BLOCK = 16_384;
/** What is left of a block that was cut off: its lines of base64. */
const LINE = '[A-Za-z0-9+/=]';
const CUT_BODY = new RegExp(
  `${LINE}*(?:${GAP}{1,16}${LINE}{16,})*(?:${GAP}{1,16}[A-Za-z0-9+/]{2,15}={1,2})?`,
  'y',
);

/** @param at where `-----BEGIN ` stands */
export function pemSpan(text: string, at: number): Span | undefined {
  HEADING.lastIndex = at;
  if (!HEADING.test(text)) return undefined;
  BODY_BEGINS.lastIndex = HEADING.lastIndex;
  if (!BODY_BEGINS.test(text)) return undefined;
  return { start: at, end: endOf(text, HEADING.lastIndex, BODY_BEGINS.lastIndex), rule: 'private-key' };
}

function endOf(text: string, bodyFrom: number, leastEnd: number): number {
  const window = text.slice(bodyFrom, bodyFrom + BLOCK);
  const ending = window.indexOf('-----END ');
  const next = window.indexOf('-----BEGIN ');
  const isWhole = ending !== -1 && (next === -1 || ending < next);
  if (isWhole && !STRUCTURE.test(window.slice(0, ending))) {
    ENDING.lastIndex = bodyFrom + ending;
    if (ENDING.test(text)) return ENDING.lastIndex;
  }
  CUT_BODY.lastIndex = leastEnd;
  CUT_BODY.test(text);
  return Math.max(CUT_BODY.lastIndex, leastEnd);
}
