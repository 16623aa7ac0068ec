/** `ledger.config.json` and its overrides. */
import { checkConfig } from './check-config.late.js';
import type { LedgerConfig } from './generated/config.js';
import { configDefaults, configOverrides } from './generated/config-defaults.js';

type Filled<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };
type Section = Exclude<keyof LedgerConfig, '$schema'>;

/** Every key has its value: from the environment, the file, or its default. */
export type Config = { [K in Section]-?: Filled<NonNullable<LedgerConfig[K]>> };

/** What `ledger-init` writes, or less. */
const SAYS_NOTHING = /^\s*\{\s*(?:"\$schema"\s*:\s*"[^"\\]*"\s*)?\}\s*$/;

/**
 * @param text the file's content; undefined when there is none
 * @param environment where overrides are looked up
 * @param warn told about each value that was clamped
 * @throws Failure `data` for everything wrong but a number out of its range
 */
export function parseConfig(
  text: string | undefined,
  environment: Record<string, string | undefined>,
  warn: (message: string) => void,
): Config {
  // Nothing given, nothing to check: a hook starts on every tool call.
  const isGiven =
    (text !== undefined && !SAYS_NOTHING.test(text)) ||
    Object.keys(environment).some(name => configOverrides.has(name));
  return isGiven ? checkConfig(text, environment, warn) : configDefaults();
}
