/**
 * Checking what is configured, driven by the schema alone: a key added there has its default, its range and its
 * environment name (`ledger.stale_after_s` is `LEDGER_LEDGER_STALE_AFTER_S`) without a line here.
 */
import schema from '../../../schemas/v1/config.json' with { type: 'json' };
import { Failure } from '../failure.js';
import type { Config } from './config.js';
import { validateConfig } from './generated/validate-config.js';
import { shorten } from './ids.js';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.js';
import { describeProblem, type SchemaProblem } from './problem.js';

interface KeySchema {
  type: string | string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

const sections = Object.entries(schema.properties).flatMap(([name, section]) =>
  'properties' in section ? [[name, section.properties as Record<string, KeySchema>] as const] : [],
);

function overrideName(section: string, key: string): string {
  return `LEDGER_${section}_${key}`.toUpperCase();
}

/**
 * @param text the file's content; undefined when there is none
 * @param environment where overrides are looked up
 * @param warn told about each value that was clamped
 * @throws Failure `data` for everything wrong but a number out of its range
 */
export function checkConfig(
  text: string | undefined,
  environment: Record<string, string | undefined>,
  warn: (message: string) => void,
): Config {
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
  if (types.includes('array')) return parseValue(name, text, 'array, like ["a", "b"]');
  if (types.includes('object')) return parseValue(name, text, 'object, like {"a": {}}');
  if (types.includes('boolean') && /^(?:true|false)$/.test(text)) return text === 'true';
  if (types.includes('string')) return text;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new Failure('data', `${name} is "${shorten(text)}", which is not of type ${types.join(' or ')}`);
}

/** A list or an object in the environment is written as JSON. */
function parseValue(name: string, text: string, form: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure('data', `${name} must be a JSON ${form}`);
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
