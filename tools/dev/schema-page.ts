/**
 * The tables of `docs/AGENT_LEDGER_SCHEMA.md`, made from the schemas so that they cannot say anything else.
 * `npm run docs` writes them between the marks `<!-- table: event -->` and `<!-- end -->`; a test holds the
 * page against them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const SCHEMA_PAGE = join(root, 'docs/AGENT_LEDGER_SCHEMA.md');

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  description?: string;
  format?: string;
  pattern?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxBytes?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

const TABLE = /(<!-- table: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with each of its tables made anew. */
export function withTables(page: string): string {
  return page.replace(TABLE, (_all, open: string, name: string, end: string) => {
    const schema: Schema = JSON.parse(readFileSync(join(root, 'schemas/v1', `${name}.json`), 'utf8'));
    return `${open}\n${tableOf(schema)}\n\n${end}`;
  });
}

/** The names of the schemas that the page has a table of. */
export function tablesIn(page: string): string[] {
  return [...page.matchAll(TABLE)].map(([, , name]) => name!);
}

function tableOf(schema: Schema): string {
  const fields = fieldsOf(schema, '');
  const hasDefaults = fields.some(({ schema: field }) => field.default !== undefined);
  const head = ['field', 'type', hasDefaults ? 'default' : 'required', 'limits', 'meaning'];
  const rows = fields.map(({ name, schema: field, isRequired }) => [
    code(name),
    typeOf(field),
    hasDefaults ? defaultOf(field) : isRequired ? 'yes' : '',
    limitsOf(field),
    cell(field.description ?? ''),
  ]);
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** Entries of a list have none. */
function defaultOf(field: Schema): string {
  return field.default === undefined ? '' : code(JSON.stringify(field.default));
}

/** The fields, those of a section below its name, `ledger.stale_after_s`, those of a list below `agents[].`. */
function fieldsOf(schema: Schema, prefix: string): { name: string; schema: Schema; isRequired: boolean }[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== '$schema')
    .flatMap(([name, field]) => {
      if (field.properties) return fieldsOf(field, `${prefix}${name}.`);
      const isRequired = schema.required?.includes(name) ?? false;
      const items = field.items ? fieldsOf(field.items, `${prefix}${name}[].`) : [];
      return [{ name: `${prefix}${name}`, schema: field, isRequired }, ...items];
    });
}

function typeOf({ type, enum: values }: Schema): string {
  return values ? values.map(value => code(String(value))).join(', ') : [type ?? 'any'].flat().join(' or ');
}

function limitsOf(field: Schema): string {
  const { minimum, maximum, minLength, maxLength, maxBytes, format, pattern } = field;
  return [
    format === 'date-time' && 'RFC 3339',
    pattern !== undefined && code(pattern),
    minLength !== undefined && 'not empty',
    maxBytes !== undefined && `at most ${maxBytes} bytes`,
    maxBytes === undefined && maxLength !== undefined && `at most ${maxLength} characters`,
    minimum !== undefined && (maximum === undefined ? `from ${minimum}` : `${minimum} to ${maximum}`),
  ]
    .filter(limit => limit !== false)
    .join(', ');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SCHEMA_PAGE, withTables(readFileSync(SCHEMA_PAGE, 'utf8')));
}
