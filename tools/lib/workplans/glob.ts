/** Patterns for paths, for those who cannot leave them to their shell: `*`, `**` and `?`. */
import { dirname, resolve } from 'node:path';

export interface PathPattern {
  /** The directory that everything it matches lies below. */
  path: string;
  /** Of absolute paths; undefined when the text is no pattern. */
  pattern: RegExp | undefined;
}

const WILD = /[*?]/;

/** @param text relative to `cwd` */
export function pathPattern(text: string, cwd: string): PathPattern {
  if (!WILD.test(text)) return { path: resolve(cwd, text), pattern: undefined };
  const whole = resolve(cwd, text);
  const fixed = whole.slice(0, whole.search(WILD));
  const path = fixed.endsWith('/') ? fixed.slice(0, -1) || '/' : dirname(fixed);
  return {
    path,
    pattern: new RegExp(`^${whole.split('/').map(part).join('/').replaceAll('\0/', '(?:.*/)?')}$`),
  };
}

/** One name of a path; `**` stands for any number of them. */
function part(name: string): string {
  if (name === '**') return '\0';
  return name
    .split(/([*?]+)/)
    .map(piece =>
      WILD.test(piece) ? (piece.includes('*') ? '[^/]*' : '[^/]'.repeat(piece.length)) : literal(piece),
    )
    .join('');
}

const literal = (text: string): string => text.replace(/[\\^$.|+()[\]{}/-]/g, '\\$&');
