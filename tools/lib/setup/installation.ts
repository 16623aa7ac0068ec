/**
 * Where this installation is, by paths that outlive an upgrade where there are such: the link that npm makes
 * in a directory of PATH rather than the versioned file it leads to. Directories that a version manager or
 * npx makes for one shell or one run do not count.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { errnoOf } from '../disk/errno.js';

export interface Installation {
  /** The directory that holds the executables. */
  bin: string;
  /** What their names end in there: nothing for links, `.cjs` for the built files themselves. */
  suffix: string;
  /** The directory that holds `node`. */
  node: string;
  /** The directory of the package. */
  package: string;
}

export interface Started {
  /** `process.execPath`. */
  node: string;
  /** `process.argv[1]`. */
  script: string;
  /** `PATH`. */
  path: string | undefined;
}

const FLEETING = /\/fnm_multishells\/|\/_npx\/|\/node_modules\/\.bin(?:\/|$)/;

export function findInstallation({ node, script, path = '' }: Started): Installation {
  const program = realPath(script) ?? script;
  const name = basename(script, extname(script));
  const isLink = extname(script) === '' && isLasting(dirname(script));
  const linked = lastingDirectory(path, name, program) ?? (isLink ? dirname(script) : undefined);
  return {
    bin: linked ?? dirname(program),
    suffix: linked === undefined ? extname(program) : '',
    node: lastingDirectory(path, 'node', realPath(node) ?? node) ?? dirname(node),
    package: packageAbove(program),
  };
}

/** The first directory of PATH in which `name` is that file. */
function lastingDirectory(path: string, name: string, file: string): string | undefined {
  return path.split(':').find(directory => isLasting(directory) && realPath(join(directory, name)) === file);
}

function isLasting(directory: string): boolean {
  return isAbsolute(directory) && !FLEETING.test(directory);
}

function packageAbove(file: string): string {
  for (let directory = dirname(file); directory !== dirname(directory); directory = dirname(directory)) {
    if (statSync(join(directory, 'package.json'), { throwIfNoEntry: false })) return directory;
  }
  return dirname(file);
}

/** Undefined also for a directory of PATH that we may not look into, or that is none. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
