/**
 * Hiding secrets in text. What is found is replaced by `[redacted:<rule>]`; all else stays as it is. The text
 * is searched as it stands and, where control sequences or unseen characters lie in it, once more as a reader
 * sees it; both findings count. Searching takes time linear in the text: every place is looked at through
 * windows of bounded length, and whatever a rule takes beyond one is hidden and not looked at again.
 */
import type { Rules } from './rules.js';
import { hasBeginning, shapeSpans } from './shapes.js';
import { namesCommand, optionSpans } from './short-options.js';
import { hideSpans, markersIn, mergeSpans, type Span } from './span.js';
import { isSuspect, type Redacted } from './suspect.js';
import { hasUnseen, viewOf } from './view.js';
import { hasTellingWord, wordSpans } from './words.js';

const LONGEST_ALLOWED = 1000;
const MOST_ROUNDS = 10;

type Search = (text: string) => Span[];

/** Whether the search would find anything to begin with: most texts that are suspect have nothing of it. */
export function mayFind(text: string, { extra }: Rules): boolean {
  return (
    extra.length > 0 || hasBeginning(text) || hasTellingWord(text) || namesCommand(text) || hasUnseen(text)
  );
}

/** Hides every secret in the text. */
export function searchText(text: string, rules: Rules): Redacted {
  if (!isSuspect(text, rules) || !mayFind(text, rules)) return { text, rules: [] };
  return redactBy(text, rules, search => [...shapeSpans(search), ...wordSpans(search)]);
}

/** Hides what is unmistakable by its shape alone: for ids and names, where `fix-token:abc123` is no secret. */
export function searchName(text: string, rules: Rules): Redacted {
  return redactBy(text, rules, shapeSpans);
}

/** Hides what short options of known commands carry, in a command line written as a JSON array. */
export function searchOptions(text: string, rules: Rules): Redacted {
  return redactBy(text, { ...rules, extra: [] }, optionSpans);
}

/**
 * What is hidden can free what stands beside it: a second token glued to the first. So the search goes on until
 * it finds nothing more, and redacting twice is redacting once.
 */
function redactBy(text: string, rules: Rules, search: Search): Redacted {
  const fired = new Set<string>();
  let clean = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const spans = spansIn(clean, rules, search);
    if (spans.length === 0) break;
    for (const { rule } of spans) fired.add(rule);
    clean = hideSpans(clean, spans);
  }
  return { text: clean, rules: [...fired] };
}

function spansIn(text: string, rules: Rules, search: Search): Span[] {
  const found = [...search(text), ...extraSpans(text, rules)];
  if (hasUnseen(text)) {
    const view = viewOf(text);
    for (const span of [...search(view.text), ...extraSpans(view.text, rules)]) {
      const end = view.toOriginal(span.end - 1) + 1;
      found.push({ ...span, start: view.toOriginal(span.start), end });
    }
  }
  if (found.length === 0) return found;
  return mergeSpans(visible(text, found, rules).map(span => toWholeCharacters(text, span)));
}

function extraSpans(text: string, { extra }: Rules): Span[] {
  return extra.flatMap(({ name, pattern }) =>
    Array.from(text.matchAll(pattern), match => ({
      start: match.index,
      end: match.index + match[0].length,
      rule: name,
    })),
  );
}

/** Without what is allowed and what touches a marker. */
function visible(text: string, spans: Span[], { allow }: Rules): Span[] {
  const markers = markersIn(text);
  let next = 0;
  return spans
    .sort((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      while (next < markers.length && markers[next]!.end <= start) next++;
      if (next < markers.length && markers[next]!.start < end) return false;
      const value = end - start <= LONGEST_ALLOWED ? text.slice(start, end) : '';
      return !allow.some(pattern => pattern.test(value));
    });
}

/** Widened so that it never begins or ends inside a surrogate pair. */
function toWholeCharacters(text: string, span: Span): Span {
  const isSplit = (place: number): boolean =>
    /[\udc00-\udfff]/.test(text[place] ?? '') && /[\ud800-\udbff]/.test(text[place - 1] ?? '');
  const start = isSplit(span.start) ? span.start - 1 : span.start;
  const end = isSplit(span.end) ? span.end + 1 : span.end;
  return { ...span, start, end };
}
