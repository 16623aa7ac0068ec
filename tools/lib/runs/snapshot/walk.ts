/**
 * The files of a tree, sorted by path. `node_modules` and `.cache` are left out everywhere; `.git` and what the
 * ledger itself writes at the top only, so that `src/agents/` is not mistaken for it. In a repository, what its
 * `.gitignore` files name is left out as well, whether git tracks it or not: equal trees are to give equal
 * snapshots, whatever is in somebody's index. Links are not followed. Memory does not grow with the tree, only
 * with its depth and its largest directory.
 */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { diskFailure, errnoOf } from '../../disk/errno.js';
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
  /** Those of directories with a slash, so that their order is that of the paths below them. */
  names: string[];
  next: number;
  rules: IgnoreRules | undefined;
  /** The ledger itself may write in here. */
  isOurs: boolean;
}

const EVERYWHERE = new Set(['node_modules', '.cache']);
const OURS = /^(?:$|g\/|agents\/|memory\/)/;
const AT_TOP =
  /^(?:\.git\/?|g\/ledger\/?|agents\/[^/]+\/\.?status[^/]*\.json(?:\.tmp)?|memory\/[^/]+\/sessions\/?)$/;

/** @param warn told of what cannot be seen */
export function* walkTree({ top, isRepository }: Tree, warn: (message: string) => void): Generator<TreeFile> {
  const open = (prefix: string, above: IgnoreRules | undefined): Level => {
    const names = listNames(`${top}/${prefix}`, warn);
    const text =
      isRepository && names.includes('.gitignore') ? readText(`${top}/${prefix}.gitignore`) : undefined;
    const rules = text === undefined ? above : ignoreRules(text, prefix, above);
    return { prefix, names, next: 0, rules, isOurs: OURS.test(prefix) };
  };
  const levels = [open('', undefined)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const name = level.names[level.next++];
    if (name === undefined) {
      levels.pop();
      continue;
    }
    const path = level.prefix + name;
    if (isLeftOut(level, name, path)) continue;
    if (name.endsWith('/')) levels.push(open(path, level.rules));
    else {
      const stats = statsOf(`${top}/${path}`);
      if (stats) yield { path, stats };
    }
  }
}

function isLeftOut({ rules, isOurs }: Level, name: string, path: string): boolean {
  const isDirectory = name.endsWith('/');
  const bare = isDirectory ? name.slice(0, -1) : name;
  if (EVERYWHERE.has(bare) || (isOurs && AT_TOP.test(path))) return true;
  return rules !== undefined && isIgnored(rules, isDirectory ? path.slice(0, -1) : path, isDirectory);
}

/** Of a file or a link that is still there. */
function statsOf(path: string): Stats | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats && (stats.isFile() || stats.isSymbolicLink()) ? stats : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return undefined;
    throw diskFailure(error, `cannot look at ${path}`);
  }
}

/** Sorted so that the paths of the whole tree are. */
function listNames(directory: string, warn: (message: string) => void): string[] {
  try {
    const names: string[] = [];
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.name.includes('\ufffd')) {
        warn(`the snapshot leaves out a file in ${directory} whose name is not UTF-8`);
      } else names.push(entry.isDirectory() ? `${entry.name}/` : entry.name);
    }
    return names.sort();
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code !== 'EACCES') throw diskFailure(error, `cannot list ${directory}`);
    warn(`the snapshot leaves out ${directory}: permission denied`);
    return [];
  }
}
