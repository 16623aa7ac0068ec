/**
 * The native part of fs-native-extensions, loaded straight from its prebuilt file: its own loader looks
 * through directories at each start, and a hook runs on every tool call. In a bundle the file lies in
 * `dist/native/<platform>-<arch>/`; from source it is the package's own.
 */
import { existsSync } from 'node:fs';
import { Failure } from '../failure.js';
import { join } from '../path.js';

interface LockAddon {
  /** Throws EAGAIN when another open file holds a conflicting lock. Offset and length 0: the whole file. */
  tryLock(fd: number, offset: number, length: number, isExclusive: boolean): void;
}

let loaded: LockAddon | undefined;

/** @throws Failure `setup` on a platform for which there is no prebuilt addon */
export function lockAddon(): LockAddon {
  loaded ??= load();
  return loaded;
}

function load(): LockAddon {
  const platform = `${process.platform}-${process.arch}`;
  // The launcher in dist/bin/ hands __dirname to the program; source run directly has none.
  const path =
    typeof __dirname === 'string' && __dirname.endsWith('bin')
      ? `${__dirname}/../native/${platform}/lock.node`
      : join(
          process.cwd(),
          'node_modules/fs-native-extensions/prebuilds',
          platform,
          'fs-native-extensions.node',
        );
  const holder = { exports: {} as LockAddon };
  try {
    process.dlopen(holder as unknown as NodeModule, path);
  } catch (error) {
    if (existsSync(path)) throw error;
    throw new Failure('setup', `there is no file lock for ${platform} in this package`);
  }
  return holder.exports;
}
