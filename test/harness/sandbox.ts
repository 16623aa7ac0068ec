/**
 * The only surroundings a test may see: a home, a place for temporary files and XDG directories that are
 * made for this run and removed after it. Of the person's environment little more than PATH is passed on.
 */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PASSED_ON = ['PATH', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TERM', 'CI', 'NO_COLOR', 'FORCE_COLOR'];

export interface Sandbox {
  environment: Record<string, string>;
  remove(): void;
}

/** @param extra what the checks of this run are told, e.g. a seed */
export function makeSandbox(extra: Record<string, string>): Sandbox {
  // Short, because the path of a Unix socket holds 104 bytes at most on macOS.
  const base = realpathSync.native(mkdtempSync(join(tmpdir(), 'alt-')));
  const places = {
    HOME: join(base, 'home'),
    TMPDIR: join(base, 'tmp'),
    XDG_CONFIG_HOME: join(base, 'home/.config'),
    XDG_DATA_HOME: join(base, 'home/.local/share'),
    XDG_STATE_HOME: join(base, 'home/.local/state'),
    XDG_CACHE_HOME: join(base, 'home/.cache'),
    XDG_RUNTIME_DIR: join(base, 'run'),
  };
  for (const path of Object.values(places)) mkdirSync(path, { recursive: true, mode: 0o700 });
  // Tests that become another user, to be refused something, must get through to their own directories.
  for (const path of [base, places.TMPDIR]) chmodSync(path, 0o711);
  const kept = PASSED_ON.flatMap(name =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return {
    environment: { ...Object.fromEntries(kept), ...places, GIT_CONFIG_NOSYSTEM: '1', ...extra },
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 3 }),
  };
}
