/** Making a root: its directories, its configuration, and in a repository the lines that make git ignore it. */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeDirectory, makePrivate } from '../disk/directory.js';
import { createFile } from '../disk/replace.js';
import { gitPlaceAbove } from '../root/find.js';
import {
  assertPlaceForRoot,
  mainWorktreeOf,
  nearestDirectory,
  type Wanted,
  wantedDirectory,
} from './choose-root.js';
import { excludeFromGit } from './exclude.js';

export interface MadeRoot {
  /** A real path. */
  root: string;
  /** The linked worktree it was asked for, when the root is its main worktree instead. */
  askedFor: string | undefined;
  /** What was made, below the root; empty when it was a root already. */
  made: string[];
  /** Lines added to git's exclude file. */
  ignored: string[];
}

const DIRECTORIES = ['g/ledger', 'agents', 'memory'];
const CONFIG = 'ledger.config.json';

/**
 * Makes a root, or completes one. What is there already is left as it is.
 * @param schemaUrl what `$schema` in the configuration names
 * @throws Failure `disk`, `unsafe`
 */
export function makeRoot(wanted: Wanted, schemaUrl: string): MadeRoot {
  const directory = wantedDirectory(wanted);
  const nearest = nearestDirectory(directory);
  const main = mainWorktreeOf(nearest);
  const isMoved = main !== nearest;
  const place = isMoved ? main : directory;
  assertPlaceForRoot(place, main);
  makePrivate(place);
  const root = nearestDirectory(place);
  const made = DIRECTORIES.filter(name => !statSync(join(root, name), { throwIfNoEntry: false }));
  for (const name of DIRECTORIES) makeDirectory(root, join(root, name));
  if (createFile(join(root, CONFIG), configText(schemaUrl))) made.push(CONFIG);
  const git = gitPlaceAbove(root);
  const ignored = git === undefined ? [] : excludeFromGit(git, relative(git.top, root));
  return { root, askedFor: isMoved ? directory : undefined, made, ignored };
}

/** The smallest configuration: every key has its default, and an editor learns the keys from the schema. */
export function configText(schemaUrl: string): string {
  return `${JSON.stringify({ $schema: schemaUrl }, null, 2)}\n`;
}
