/**
 * What is a secret by its shape alone: vendors' tokens, JSON web tokens, private keys, credentials in URLs. One
 * search finds the telling beginnings; only there is anything looked at more closely.
 */
import { ENCODED, encodedSpan } from './encoded.js';
import { VENDOR_ROWS } from './generated/vendors.js';
import { pemSpan } from './pem.js';
import type { Span } from './span.js';
import { urlSpan } from './url.js';
import { MIDDLES, type MiddleRow, VENDORS } from './vendors.js';

type Matcher = (text: string, at: number, beginning: string) => Span | undefined;

/** How something begins, and what looks at it more closely. */
type Candidate = readonly [beginning: string, matcher: () => Matcher];

const ESCAPE_BEFORE = /(?:\\[abefnrtv0]|\\u[\da-f]{4}|\\x[\da-f]{2}|%[\da-f]{2}|\[[\d;]{0,12}m)$/i;
const JWT = /[\w-]{8,512}\.(?:[\w-]{8,}\.[\w-]*(?:\.[\w-]*){0,2}|eyJ[\w-]{8,})/y;
const DISCORD = /[A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,}/y;
/** A single letter tells too little to stop at each. */
const DOTTED = '(?=[A-Za-z0-9]{23,27}\\.)';
/** Tokens whose whole shape tells them: the rule, how they begin, and the rest. */
const SHAPES: readonly [string, string, RegExp][] = [
  ['jwt', 'eyJ', JWT],
  ['discord', 'M N O', DISCORD],
];
/** A token that the end of the text cuts off, or `…` where somebody shortened it; we cut only what is clean. */
const CUT_REST = /[\w+/-]{10,250}(?=\u2026(?! \(truncated\))|$)/y;

/** A token is judged by so much of it; the longest exact format has less. */
const WINDOW = 512;
/** Where vendors lengthened their tokens. */
const REST_OF_TOKEN = /[\w-]*/y;
const LONGEST_BEFORE = 80;

interface Beginnings {
  candidates: Candidate[];
  /** Finds any of them. */
  pattern: RegExp;
}

let known: Beginnings | undefined;
/** For each beginning that was found. */
const matchers = new Map<string, Matcher[]>();

/** Whether the text has a telling beginning: without one there are no spans. */
export function hasBeginning(text: string): boolean {
  const { pattern } = beginnings();
  pattern.lastIndex = 0;
  return pattern.test(text);
}

export function shapeSpans(text: string): Span[] {
  const { candidates, pattern } = beginnings();
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const beginning = found[0];
    const span = longest(matchersOf(beginning, candidates), text, found.index, beginning);
    if (span) spans.push(span);
    pattern.lastIndex = span === undefined ? found.index + 1 : Math.max(span.end, found.index + 1);
  }
  return spans;
}

function beginnings(): Beginnings {
  if (known === undefined) {
    const candidates = listCandidates();
    known = { candidates, pattern: alternativesOf(candidates.map(([beginning]) => beginning)) };
  }
  return known;
}

/** Where a longer beginning is found, the rules of the shorter ones it contains apply as well. */
function matchersOf(beginning: string, all: Candidate[]): Matcher[] {
  let found = matchers.get(beginning);
  if (found === undefined) {
    found = all
      .filter(([other]) => beginning.startsWith(other))
      .sort(([a], [b]) => a.length - b.length)
      .map(([, matcher]) => matcher());
    matchers.set(beginning, found);
  }
  return found;
}

function longest(matchers: Matcher[], text: string, at: number, beginning: string): Span | undefined {
  let best: Span | undefined;
  for (const matcher of matchers) {
    const span = matcher(text, at, beginning);
    if (span && span.end > (best?.end ?? at)) best = span;
  }
  return best;
}

/** Matchers are made when their beginning is found: a short command finds few. */
function listCandidates(): Candidate[] {
  const list: Candidate[] = [];
  for (const [rule, starts, tail] of [...VENDORS, ...VENDOR_ROWS]) {
    for (const beginning of starts.split(' '))
      list.push([beginning, () => tokenMatcher(rule, beginning, tail)]);
  }
  for (const row of MIDDLES) list.push([row[1], () => middleMatcher(row)]);
  for (const [rule, letters, rest] of SHAPES) {
    for (const letter of letters.split(' ')) list.push([letter, () => restMatcher(rule, letter, rest)]);
  }
  for (const head of ENCODED) list.push([head, () => encodedSpan]);
  list.push(['-----BEGIN ', () => pemSpan]);
  for (const slashes of ['://', ':\\/\\/']) {
    list.push([slashes, () => (text, at) => urlSpan(text, at + slashes.length)]);
  }
  return list;
}

function tokenMatcher(rule: string, beginning: string, tail: string): Matcher {
  const pattern = new RegExp(`^(?:${tail})`);
  return (text, at) => tokenSpan(text, at, { rule, beginning, pattern });
}

function restMatcher(rule: string, letter: string, rest: RegExp): Matcher {
  return (text, at) =>
    startsToken(text, at) ? restSpan(rest, text, { start: at, from: at + letter.length }, rule) : undefined;
}

/** One pattern for all beginnings, the longer ones first. */
function alternativesOf(all: string[]): RegExp {
  const sorted = [...new Set(all)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const patterns = sorted.map(
    text => text.replace(/[^A-Za-z0-9_]/g, '\\$&') + (text.length === 1 ? DOTTED : ''),
  );
  return new RegExp(patterns.join('|'), 'g');
}

interface Token {
  rule: string;
  beginning: string;
  pattern: RegExp;
}

/** The letter of an escape at any depth, which a token can seem to begin with: without it JSON would be none. */
const ESCAPE = /^\\[bfnrt]$/;

function tokenSpan(text: string, at: number, { rule, beginning, pattern }: Token): Span | undefined {
  if (!startsToken(text, at)) return undefined;
  const from = at + beginning.length;
  const start = ESCAPE.test(text.slice(Math.max(0, at - 1), at + 1)) ? at + 1 : at;
  const body = pattern.exec(text.slice(from, from + WINDOW))?.[0];
  if (body === undefined) return beginning.length < 4 ? undefined : cutSpan(text, start, from, rule);
  if (!isFilled(body.slice(0, 64))) return undefined;
  return restSpan(REST_OF_TOKEN, text, { start, from: from + body.length }, rule);
}

function cutSpan(text: string, start: number, from: number, rule: string): Span | undefined {
  const span = restSpan(CUT_REST, text, { start, from }, rule);
  const body = span && text.slice(from, span.end);
  return body !== undefined && isFilled(body) && /\d/.test(body) && /[A-Za-z]/.test(body) ? span : undefined;
}

/** Filled with a token, not with words (`npm_package_config_name`) or with x. */
function isFilled(body: string): boolean {
  return (
    !/^[a-z]{0,20}(?:[_.-][a-z]{0,20})*$|x{6}/i.test(body) ||
    (/[a-z][A-Z]{2}|[A-Z]{2}[a-z]/.test(body) && !/x{6}/i.test(body))
  );
}

/** No token starts inside a word; but one may follow `\n`, `%20` or `[31m`, whose ends look like one. */
function startsToken(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text[at - 1]!)) return true;
  return ESCAPE_BEFORE.test(text.slice(Math.max(0, at - 16), at));
}

/** From `start` to where the pattern, tried at `from`, ends. */
function restSpan(
  pattern: RegExp,
  text: string,
  { start, from }: { start: number; from: number },
  rule: string,
): Span | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? { start, end: pattern.lastIndex, rule } : undefined;
}

/** For a token that tells itself by its middle. */
function middleMatcher([rule, part, before, after]: MiddleRow): Matcher {
  const head = new RegExp(`${before}$`);
  const tail = new RegExp(after, 'y');
  return (text, at) => {
    const found = head.exec(text.slice(Math.max(0, at - LONGEST_BEFORE), at));
    tail.lastIndex = at + part.length;
    if (found === null || !startsToken(text, at - found[0].length) || !tail.test(text)) return undefined;
    return { start: at - found[0].length, end: tail.lastIndex, rule };
  };
}
