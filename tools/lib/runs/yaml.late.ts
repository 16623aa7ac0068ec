/** YAML, for plans that are written in it: a parser that most runs never load. */
import { parseDocument } from 'yaml';

/**
 * The value that a YAML text (1.2, core schema) holds.
 * @returns why there is none, as one line, instead
 */
export function parseYaml(text: string): { value: unknown } | { problem: string } {
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: true, uniqueKeys: true });
  const error = document.errors[0] ?? document.warnings[0];
  if (error) return { problem: error.message.split('\n')[0]!.replace(/:$/, '') };
  try {
    return { value: exact(document.toJS({ maxAliasCount: 100 })) };
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError || thrown instanceof RangeError)) throw thrown;
    return { problem: thrown.message };
  }
}

/** Whole numbers as JSON has them. @throws RangeError for one that would be rounded */
function exact(value: unknown): unknown {
  if (typeof value === 'bigint') {
    if (BigInt(Number(value)) === value) return Number(value);
    throw new RangeError(`the number ${value} would be rounded; write it as a string`);
  }
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exact(item)]));
}
