/** A stretch of text that is hidden, and the marker put in its place. */
export interface Span {
  start: number;
  end: number;
  /** The rule that fired; becomes part of the marker. */
  rule: string;
  /** Put around the marker where a bare word would break the JSON it stands in. */
  quote?: string;
}

/** What a marker begins with. A value that begins so is hidden already. */
export const MARKER_START = '[redacted:';

const MARKER = /\[redacted:[a-z0-9-]{1,64}\]/g;

export function markerOf(rule: string): string {
  return `${MARKER_START}${rule}]`;
}

/** The spans of markers that are in the text already: nothing inside them is hidden again. */
export function markersIn(text: string): Span[] {
  if (!text.includes(MARKER_START)) return [];
  return Array.from(text.matchAll(MARKER), match => ({
    start: match.index,
    end: match.index + match[0].length,
    rule: '',
  }));
}

/** Sorted by start; spans that overlap become one, named after the one that begins first, then after the longer. */
export function mergeSpans(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push({ ...span });
    else last.end = Math.max(last.end, span.end);
  }
  return merged;
}

/** The text with a marker in the place of each span. Spans are sorted and apart. */
export function hideSpans(text: string, spans: Span[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, rule, quote = '' } of spans) {
    result += `${text.slice(from, start)}${quote}${markerOf(rule)}${quote}`;
    from = end;
  }
  return result + text.slice(from);
}
