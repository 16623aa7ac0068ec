/** Nothing is written for nobody: each file is imported, each export is used elsewhere. */
import { Visitor } from 'oxc-parser';
import type { Finding, Source } from './source.js';

export interface Users {
  /** All files that may import something, generated ones too. */
  importers: Source[];
  /** Text that names the files which a script of package.json or a configuration starts. */
  started: string;
}

export function usageFindings(sources: Source[], { importers, started }: Users): Finding[] {
  const uses = new Map<string, Set<string>>();
  for (const { imports } of importers) {
    for (const { from, names } of imports) {
      const used = uses.get(from) ?? new Set();
      for (const name of names) used.add(name);
      uses.set(from, used);
    }
  }
  return sources.flatMap(source => {
    const used = uses.get(source.path);
    if (!used && !isStarted(source.path, started)) {
      return [`${source.path}:1: nobody imports this file; use it or delete it`];
    }
    if (used?.has('*')) return [];
    return unusedExports(source, used ?? new Set());
  });
}

function isStarted(path: string, started: string): boolean {
  return /^(?:tools|hooks)\/[^/]+\.ts$|\.test\.ts$/.test(path) || started.includes(path);
}

function unusedExports(source: Source, used: Set<string>): Finding[] {
  const mentions = mentionsIn(source);
  return source.exports
    .filter(({ name, isType }) => !used.has(name) && !(isType && (mentions.get(name) ?? 0) > 1))
    .map(
      ({ name, line }) => `${source.path}:${line}: nobody imports ${name}; use it, or take away its "export"`,
    );
}

/** How often each name stands in the code of a file. */
function mentionsIn({ program }: Source): Map<string, number> {
  const mentions = new Map<string, number>();
  new Visitor({
    Identifier({ name }) {
      mentions.set(name, (mentions.get(name) ?? 0) + 1);
    },
  }).visit(program);
  return mentions;
}
