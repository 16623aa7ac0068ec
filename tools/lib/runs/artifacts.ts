/** The files a step made, with their hashes. */
import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ifPresent } from '../disk/errno.js';
import type { Artifact } from '../record/generated/run-entry.js';
import { hashFile } from './snapshot/hash-file.js';

export type { Artifact };

/**
 * Looks for files below a directory.
 * @returns those that are there, and what is wrong with the first that is not
 */
export function collectArtifacts(
  directory: string,
  paths: Iterable<string>,
): { found: Artifact[]; problem?: string } {
  const found: Artifact[] = [];
  let problem: string | undefined;
  for (const path of new Set(paths)) {
    const artifact = artifactAt(directory, path);
    if (typeof artifact === 'string') problem ??= artifact;
    else found.push(artifact);
  }
  return { found, ...(problem !== undefined && { problem }) };
}

/** The artifact, or why there is none. */
export function artifactAt(directory: string, path: string): Artifact | string {
  const full = join(directory, path);
  const real = ifPresent(`cannot reach ${path}`, () => realpathSync.native(full));
  if (real === undefined) return `${path} is not there`;
  if (!real.startsWith(directory + sep)) return `${path} leads out of ${directory}`;
  if (!statSync(real).isFile()) return `${path} is not a file`;
  const hash = hashFile(real);
  return hash ? { path, ...hash } : `${path} is not there`;
}
