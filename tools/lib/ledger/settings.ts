/** The configuration of a root, and what follows from it for the ledger. */
import { readText } from '../disk/read.js';
import { join } from '../path.js';
import { type Config, parseConfig } from '../record/config.js';

/**
 * What `ledger.config.json` and the environment say.
 * @throws Failure `data` for a bad configuration, `disk` when it cannot be read
 */
export function readConfig(
  root: string,
  environment: Record<string, string | undefined>,
  warn: (message: string) => void,
): Config {
  return parseConfig(readText(join(root, 'ledger.config.json')), environment, warn);
}

/** After how long without an event a session closes by itself. */
export function sessionIdleMs({ ledger }: Config): number {
  return ledger.session_idle_hours * 3_600_000;
}
