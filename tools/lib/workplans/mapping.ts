/**
 * A YAML mapping as the texts of its values: `id: 0042` is "0042" and `created: 2026-03-21` no date. Null, as `~`
 * or nothing at all, is null. What workplans hold is simple, so it is read line by line; whatever is not simple is
 * left to the YAML parser, which costs a hundred times as much. Both give the same: a test compares them.
 */
export type Value = string | null | Value[] | { [key: string]: Value };
export type Mapping = Record<string, Value>;

/** Reads YAML of any kind. @throws YamlError */
export type YamlReader = (text: string) => Mapping;

/** What is wrong with a text, and in which of its lines (from 0). */
export class YamlError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** Thrown by `simpleOnly`. */
export class NotSimple extends Error {}

/** For a first try without the YAML parser. */
export const simpleOnly: YamlReader = () => {
  throw new NotSimple('it takes the YAML parser');
};

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const KEY = /^([A-Za-z_][\w-]*):(?: +(.*))?$/;
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`]/;
/** What ends a plain text or means something in it. */
const NOT_PLAIN = /:(?:\s|$)|\s#|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const QUOTED =
  /^"([^"\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]*)"$|^'([^'\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]*)'$/;
const ITEM = /^[A-Za-z0-9][\w./-]*$/;

/** The mapping of a text without BOM. @throws YamlError what `readYaml` throws */
export function readMapping(text: string, readYaml: YamlReader): Mapping {
  return simpleMapping(text) ?? readYaml(text);
}

/** Undefined when there is anything but plain lines `key: value`. */
export function simpleMapping(text: string): Mapping | undefined {
  const mapping: Mapping = {};
  for (const raw of text.split('\n')) {
    const line = withoutEnd(raw);
    if (line === '' || line.startsWith('#')) continue;
    const [, key, rest = ''] = KEY.exec(line) ?? [];
    if (key === undefined || Object.hasOwn(mapping, key) || key === '__proto__') return undefined;
    const value = simpleValue(withoutComment(rest));
    if (value === undefined) return undefined;
    mapping[key] = value;
  }
  return Object.keys(mapping).length > 0 ? mapping : undefined;
}

/** Without its carriage return and spaces; a tab is left to the parser. */
function withoutEnd(line: string): string {
  let end = line.endsWith('\r') ? line.length - 1 : line.length;
  while (line[end - 1] === ' ') end--;
  return line.slice(0, end);
}

/** A comment after a value in quotes, or where no quote stands at all, can be told without the grammar. */
function withoutComment(rest: string): string {
  if (rest.startsWith('#')) return '';
  const quote = rest[0];
  if (quote === '"' || quote === "'") {
    const end = rest.indexOf(quote, 1);
    return end !== -1 && /^ +#/.test(rest.slice(end + 1)) ? rest.slice(0, end + 1) : rest;
  }
  const at = rest.indexOf(' #');
  return at === -1 || /["'\t]/.test(rest) ? rest : withoutEnd(rest.slice(0, at));
}

function simpleValue(text: string): Value | undefined {
  if (NULLS.has(text)) return null;
  const quoted = QUOTED.exec(text);
  if (quoted) return quoted[1] ?? quoted[2]!;
  if (text.startsWith('[') && text.endsWith(']')) return simpleList(text.slice(1, -1));
  return PLAIN.test(text) && !NOT_PLAIN.test(text) ? text : undefined;
}

function simpleList(text: string): Value[] | undefined {
  if (text.trim() === '') return [];
  const items = text.split(',').map(item => item.trim());
  return items.every(item => ITEM.test(item))
    ? items.map(item => (NULLS.has(item) ? null : item))
    : undefined;
}
