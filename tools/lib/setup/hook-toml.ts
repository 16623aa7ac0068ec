/**
 * Hooks in a TOML file: the steps of `hook-list.ts` on its text. A new entry becomes a table `[[hooks.<event>]]`
 * at the end of the file, where no line before it changes; only where the list is written in brackets, TOML
 * has it added between them.
 */
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { Failure } from '../failure.js';
import { isJsonObject, type JsonObject } from '../record/json.js';
import type { Step } from './hook-list.js';
import { appendItem, type BracketList, cutItem, type Dialect, eolOf } from './list-edit.js';

type Path = (string | number)[];
/** A table with a header of its own, or a value that some key has. */
type Place = AST.TOMLTable | AST.TOMLContentNode;

const TOML: Dialect = { comment: /#[^\n\r]*/, expandsEmpty: false };
const COMMENT = '# agent-ledger: what follows is taken out by "ledger-init --client codex --remove"';

/** @throws Failure `data` when it is not TOML */
export function parseTomlHooks(text: string): JsonObject {
  return getStaticTOMLValue(programOf(text)) as JsonObject;
}

/** The text after a step that was made from its value. */
export function applyToToml(text: string, step: Step): string {
  const program = programOf(text);
  const path = ['hooks', step.event];
  if (step.kind === 'append') return append(text, program, path, step.entry);
  const entry = [...path, step.index];
  const place = placeOf(program, entry)!;
  if (step.kind === 'replace') {
    const item = place.type === 'TOMLTable' ? tableText(path, step.entry, eolOf(text)) : inline(step.entry);
    return text.slice(0, place.range[0]) + item + text.slice(place.range[1]);
  }
  return cut(text, program, step.hook === undefined ? entry : [...entry, 'hooks', step.hook]);
}

function programOf(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new Failure('data', `it is not TOML (line ${error.lineNumber}: ${error.message})`);
  }
}

function append(text: string, program: AST.TOMLProgram, path: string[], entry: JsonObject): string {
  const list = placeOf(program, path);
  if (list?.type === 'TOMLArray') return appendItem(text, listOf(list), () => inline(entry), TOML);
  const hooks = placeOf(program, path.slice(0, 1));
  if (hooks?.type === 'TOMLInlineTable') {
    return appendItem(text, listOf(hooks), () => `${keyText(path[1]!)} = ${inline([entry])}`, TOML);
  }
  const eol = eolOf(text);
  const end = text === '' || text.endsWith('\n') ? text : text + eol;
  const gap = end === '' ? '' : eol;
  const comment = text.includes(COMMENT) ? '' : COMMENT + eol;
  return `${end}${gap}${comment}${tableText(path, entry, eol)}${eol}`;
}

function cut(text: string, program: AST.TOMLProgram, path: Path): string {
  const place = placeOf(program, path)!;
  if (place.type === 'TOMLTable') return cutTables(text, tablesAt(program, path));
  const list = place.parent as AST.TOMLArray;
  const rest = cutItem(text, listOf(list), list.elements.indexOf(place), TOML);
  const owner = list.parent;
  const isOwn = list.elements.length === 1 && path.length === 3 && owner?.parent?.type === 'TOMLInlineTable';
  if (!isOwn) return rest;
  const again = placeOf(programOf(rest), path.slice(0, 1)) as AST.TOMLInlineTable;
  const key = path[1]!;
  return cutItem(
    rest,
    listOf(again),
    again.body.findIndex(({ key: { keys } }) => nameOf(keys[0]!) === key),
    TOML,
  );
}

/** The table with this path, and those below it. */
function tablesAt(program: AST.TOMLProgram, path: Path): AST.TOMLTable[] {
  return program.body[0].body.filter(
    (node): node is AST.TOMLTable => node.type === 'TOMLTable' && startsWith(node.resolvedKey, path),
  );
}

/** Cuts the lines of tables, with our comment and one empty line before them. */
function cutTables(text: string, tables: AST.TOMLTable[]): string {
  return tables.reduceRight((rest, { range: [from, to] }) => {
    const newline = rest.indexOf('\n', to);
    const head = rest.slice(0, rest.lastIndexOf('\n', from - 1) + 1);
    const kept = head
      .replace(new RegExp(`(?:${escaped(COMMENT)}\\r?\\n)?$`), '')
      .replace(/(^|\n)\r?\n$/, '$1');
    return kept + (newline === -1 ? '' : rest.slice(newline + 1));
  }, text);
}

/** What stands at a path: items of lists by their number. */
function placeOf(program: AST.TOMLProgram, path: Path): Place | undefined {
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      const found = valueAt(node, [], path);
      if (found) return found;
    } else {
      if (node.resolvedKey.length === path.length && startsWith(node.resolvedKey, path)) return node;
      for (const pair of node.body) {
        const found = valueAt(pair, node.resolvedKey, path);
        if (found) return found;
      }
    }
  }
  return undefined;
}

/** What stands at a path below a key and its value; `prefix` is the path of the table around them. */
function valueAt(pair: AST.TOMLKeyValue, prefix: Path, path: Path): Place | undefined {
  const own = [...prefix, ...pair.key.keys.map(nameOf)];
  return startsWith(path, own) ? within(pair.value, path.slice(own.length)) : undefined;
}

function within(node: AST.TOMLContentNode, path: Path): Place | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  if (node.type === 'TOMLArray') {
    const item = typeof key === 'number' ? node.elements[key] : undefined;
    return item && within(item, rest);
  }
  if (node.type !== 'TOMLInlineTable') return undefined;
  for (const pair of node.body) {
    const found = valueAt(pair, [], path);
    if (found) return found;
  }
  return undefined;
}

const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => path[index] === key);

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function listOf(node: AST.TOMLArray | AST.TOMLInlineTable): BracketList {
  const nodes = node.type === 'TOMLArray' ? node.elements : node.body;
  const items = nodes.map(({ range: [start, end] }) => ({ start, end }));
  return { open: node.range[0], close: node.range[1] - 1, items };
}

function tableText(path: string[], entry: JsonObject, eol: string): string {
  const pairs = Object.entries(entry).map(([key, value]) => `${keyText(key)} = ${inline(value)}`);
  return [`[[${path.map(keyText).join('.')}]]`, ...pairs].join(eol);
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
  const pairs = Object.entries(value).map(([key, item]) => `${keyText(key)} = ${inline(item)}`);
  return `{ ${pairs.join(', ')} }`;
}

const keyText = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
