/**
 * Hints that something changed in a directory or in one directly below it, where the system gives them
 * (inotify on Linux, FSEvents on macOS). They come within milliseconds, may come several times for one
 * change, and do not come at all from network file systems or once the system's watches are used up: whoever
 * must not miss a change also looks by itself from time to time.
 */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './errno.js';

export interface TreeWatch {
  /** Watches directories that appeared, or were replaced, since. */
  refresh(): void;
  close(): void;
}

/** @param onHint told of the directory, and of the name in it when the system says so */
export function watchTree(base: string, onHint: (directory: string, name: string | null) => void): TreeWatch {
  const watchers = new Map<string, { watcher: FSWatcher; inode: number }>();
  const drop = (path: string): void => {
    watchers.get(path)?.watcher.close();
    watchers.delete(path);
  };
  const keep = (path: string): void => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (watchers.get(path)?.inode === stats?.ino) return;
    drop(path);
    if (!stats?.isDirectory()) return;
    const watcher = watch(path, { persistent: false }, (_change, name) => onHint(path, name));
    watcher.on('error', () => drop(path));
    watchers.set(path, { watcher, inode: stats.ino });
  };
  const refresh = (): void =>
    ignoringDisk(() => {
      keep(base);
      const paths = watchers.has(base) ? readdirSync(base).map(name => join(base, name)) : [];
      for (const path of paths) ignoringDisk(() => keep(path));
    });
  refresh();
  return { refresh, close: () => [...watchers.keys()].forEach(drop) };
}

/** What cannot be watched gives no hints. */
function ignoringDisk(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
