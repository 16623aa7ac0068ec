/**
 * The files of a tree, sorted by path. `node_modules` and `.cache` are left out everywhere; `.git` and what the
 * ledger itself writes at the top only, so that `src/agents/` is not mistaken for it. In a repository, what its
 * `.gitignore` files name is left out as well, whether git tracks it or not: equal trees are to give equal
 * snapshots, whatever is in somebody's index. Links are not followed. Memory does not grow with the tree, only
 * with its depth and its largest directory.
 */
import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { diskFailure, errnoOf, ifPresent } from '../../disk/errno.js';
import { readText } from '../../disk/read.js';
import { type IgnoreRules, ignoreRules, isIgnored } from './ignore-rules.js';

export interface TreeFile {
  /** Below the top, with slashes. */
  path: string;
  /** Of the link itself, where it is one. */
  stats: Stats;
}

export interface Tree {
  /** A real path. */
  top: string;
  /** Heeds `.gitignore`. */
  isRepository: boolean;
}

interface Level {
  /** Its path with a slash; empty at the top. */
  prefix: string;
  entries: Dirent[];
  next: number;
  rules: IgnoreRules | undefined;
}

const EVERYWHERE = new Set(['node_modules', '.cache']);
const AT_TOP = /^(?:\.git|g\/ledger|agents\/[^/]+\/\.?status[^/]*\.json(?:\.tmp)?|memory\/[^/]+\/sessions)$/;

/** @param warn told of what cannot be seen */
export function* walkTree({ top, isRepository }: Tree, warn: (message: string) => void): Generator<TreeFile> {
  const open = (prefix: string, above: IgnoreRules | undefined): Level => {
    const entries = listEntries(`${top}/${prefix}`, warn);
    const hasRules = isRepository && entries.some(entry => entry.name === '.gitignore' && entry.isFile());
    const text = hasRules ? readText(`${top}/${prefix}.gitignore`) : undefined;
    return { prefix, entries, next: 0, rules: text === undefined ? above : ignoreRules(text, prefix, above) };
  };
  const levels = [open('', undefined)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const entry = level.entries[level.next++];
    if (!entry) {
      levels.pop();
      continue;
    }
    const path = level.prefix + entry.name;
    const isDirectory = entry.isDirectory();
    if (EVERYWHERE.has(entry.name) || AT_TOP.test(path) || isIgnored(level.rules, path, isDirectory))
      continue;
    if (isDirectory) levels.push(open(`${path}/`, level.rules));
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const stats = ifPresent(`cannot look at ${path}`, () => lstatSync(`${top}/${path}`));
      if (stats) yield { path, stats };
    }
  }
}

/** Sorted so that the paths of the whole tree are. */
function listEntries(directory: string, warn: (message: string) => void): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter(({ name }) => isPlain(name, directory, warn)).sort(byPath);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code !== 'EACCES') throw diskFailure(error, `cannot list ${directory}`);
    warn(`the snapshot leaves out ${directory}: permission denied`);
    return [];
  }
}

function isPlain(name: string, directory: string, warn: (message: string) => void): boolean {
  if (!name.includes('\ufffd')) return true;
  warn(`the snapshot leaves out a file in ${directory} whose name is not UTF-8`);
  return false;
}

/** A directory sorts as its path with the slash does. */
function byPath(a: Dirent, b: Dirent): number {
  return sortName(a) < sortName(b) ? -1 : 1;
}

function sortName(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
