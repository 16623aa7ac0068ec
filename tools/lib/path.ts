/**
 * Paths of our own making. Their parts need no tidying, and Node's `join`, which tidies, takes longer to be compiled
 * at its first call than a lock takes to be had.
 */

/** `directory/name/name`; relative when there is no directory. Parts have no `..` and no slash at their ends. */
export function join(directory: string, ...names: string[]): string {
  const below = names.join('/');
  return directory === '' ? below : `${directory === '/' ? '' : directory}/${below}`;
}
