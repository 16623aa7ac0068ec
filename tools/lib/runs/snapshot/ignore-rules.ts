/**
 * What `.gitignore` files leave out: each holds for its directory and below; the last pattern of a file that fits
 * decides, and a file further down decides before one further up (gitignore(5)). What is left out as a directory
 * is not looked into, so nothing in it can be taken back.
 */
import { bytesOf, matchesGlob, parseGlob, type Segment } from './glob.js';

export interface IgnoreRules {
  /** The directory of the file, with its slash; empty at the top. */
  prefix: string;
  patterns: Pattern[];
  above: IgnoreRules | undefined;
}

interface Pattern {
  segments: Segment[];
  /** It is matched with the name alone, at any depth. */
  isName: boolean;
  isDirectoryOnly: boolean;
  isNegated: boolean;
}

/** The rules of a file on top of those above it. */
export function ignoreRules(text: string, prefix: string, above: IgnoreRules | undefined): IgnoreRules {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const patterns = lines.flatMap(line => parsePattern(trimEnd(line.replace(/\r$/, ''))));
  return { prefix, patterns, above };
}

export function isIgnored(rules: IgnoreRules | undefined, path: string, isDirectory: boolean): boolean {
  for (let file = rules; file; file = file.above) {
    const below = bytesOf(path.slice(file.prefix.length));
    const name = below.slice(below.lastIndexOf('/') + 1);
    const decisive = file.patterns.findLast(
      ({ isName, isDirectoryOnly, segments }) =>
        (isDirectory || !isDirectoryOnly) && matchesGlob(segments, isName ? name : below),
    );
    if (decisive) return !decisive.isNegated;
  }
  return false;
}

function parsePattern(line: string): Pattern[] {
  if (line === '' || line.startsWith('#')) return [];
  const isNegated = line.startsWith('!');
  let text = bytesOf(isNegated ? line.slice(1) : line);
  const isDirectoryOnly = text.endsWith('/');
  if (isDirectoryOnly) text = text.slice(0, -1);
  const isName = !text.includes('/');
  const segments = parseGlob(text.startsWith('/') ? text.slice(1) : text);
  return segments && text !== '' ? [{ segments, isName, isDirectoryOnly, isNegated }] : [];
}

/** Without the spaces at its end, but for one behind a backslash. */
function trimEnd(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue;
    if (line[at] === '\\') at++;
    end = at + 1;
  }
  return line.slice(0, end);
}
