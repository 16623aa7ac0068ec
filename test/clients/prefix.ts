import { join } from 'node:path';

/** Where npm puts a client it installs. */
export function clientIn(prefix: string, name: 'claude' | 'codex'): string {
  return join(prefix, 'node_modules/.bin', name);
}
