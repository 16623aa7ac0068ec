/**
 * `ledger.config.json` and its overrides, driven by the schema alone: a key added there has its default, its
 * range and its environment name (`ledger.stale_after_s` is `LEDGER_LEDGER_STALE_AFTER_S`) without a line here.
 */
import schema from '../../../schemas/v1/config.json' with { type: 'json' };
import { Failure } from '../failure.js';
import type { LedgerConfig } from './generated/config.js';
import { validateConfig } from './generated/validate-config.js';
import { shorten } from './ids.js';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.js';
import { describeProblem, type SchemaProblem } from './problem.js';

type Filled<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };
type Section = Exclude<keyof LedgerConfig, '$schema'>;

/** Every key has its value: from the environment, the file, or its default. */
export type Config = { [K in Section]-?: Filled<NonNullable<LedgerConfig[K]>> };

interface KeySchema {
  type: string | string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

const sections = Object.entries(schema.properties).flatMap(([name, section]) =>
  'properties' in section ? [[name, section.properties as Record<string, KeySchema>] as const] : [],
);

const OVERRIDES = new Set(
  sections.flatMap(([name, keys]) => Object.keys(keys).map(key => overrideName(name, key))),
);

function overrideName(section: string, key: string): string {
  return `LEDGER_${section}_${key}`.toUpperCase();
}

/** What holds where nothing is configured. */
function defaults(): Config {
  const entries = sections.map(([name, keys]) => {
    const values = Object.entries(keys).map(([key, keySchema]) => [key, keySchema.default]);
    return [name, Object.fromEntries(values.filter(([, value]) => value !== undefined))];
  });
  return Object.fromEntries(entries) as Config;
}

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
  if (text === undefined && !Object.keys(environment).some(name => OVERRIDES.has(name))) return defaults();
  const given = text === undefined ? {} : parseJsonObject(text, 'ledger.config.json');
  const config: JsonObject = { ...given };
  for (const [name, keys] of sections) {
    const section = given[name] ?? {};
    if (!isJsonObject(section)) throw new Failure('data', `ledger.config.json: ${name} must be an object`);
    const filled: JsonObject = { ...section };
    for (const [key, keySchema] of Object.entries(keys)) {
      const told = override(overrideName(name, key), keySchema, environment);
      const value =
        told !== undefined ? told : Object.hasOwn(section, key) ? section[key] : keySchema.default;
      if (value !== undefined) filled[key] = clamp(`${name}.${key}`, value, keySchema, warn);
    }
    config[name] = filled;
  }
  if (!validateConfig(config)) {
    throw new Failure(
      'data',
      `ledger.config.json: ${describeProblem(validateConfig.errors as SchemaProblem[])}`,
    );
  }
  return config as unknown as Config;
}

function override(
  name: string,
  { type }: KeySchema,
  environment: Record<string, string | undefined>,
): unknown {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const types = [type].flat();
  if (types.includes('null') && text === 'null') return null;
  if (types.includes('array')) return parseList(name, text);
  if (types.includes('boolean') && /^(?:true|false)$/.test(text)) return text === 'true';
  if (types.includes('string')) return text;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new Failure('data', `${name} is "${shorten(text)}", which is not of type ${types.join(' or ')}`);
}

/** A list in the environment is written as JSON. */
function parseList(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure('data', `${name} must be a JSON array, like ["a", "b"]`);
  }
}

function clamp(
  name: string,
  value: unknown,
  { minimum, maximum }: KeySchema,
  warn: (message: string) => void,
): unknown {
  if (typeof value !== 'number') return value;
  const clamped = Math.min(Math.max(value, minimum ?? -Infinity), maximum ?? Infinity);
  if (clamped !== value) warn(`${name} is ${value}, outside ${minimum}–${maximum}; using ${clamped}`);
  return clamped;
}
