/** Hooks in a JSON file, which may have comments and trailing commas: the steps of `hook-list.ts` on its text. */
import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { Failure } from '../failure.js';
import { isJsonObject, type JsonObject } from '../record/json.js';
import type { Step } from './hook-list.js';
import {
  appendItem,
  type BracketList,
  cutItem,
  type Dialect,
  isSpaced,
  type WriteItem,
} from './list-edit.js';

const JSONC: Dialect = { comment: /\/\/[^\n\r]*|\/\*[\s\S]*?\*\//, expandsEmpty: true };

/** @throws Failure `data` when it is not a JSON object, or names a key twice where hooks are looked for */
export function parseJsonHooks(text: string): JsonObject {
  // The parser's objects have no prototype; ours are plain.
  return JSON.parse(JSON.stringify(getNodeValue(treeOf(text)))) as JsonObject;
}

/** The text after a step that was made from its value. */
export function applyToJson(text: string, step: Step): string {
  const tree = treeOf(text);
  const path = ['hooks', step.event];
  if (step.kind === 'append') return append(text, tree, path, step.entry);
  const place = [...path, step.index];
  if (step.kind === 'replace') {
    const { offset, length } = findNodeAtLocation(tree, place)!;
    const item = writeJson(text, step.entry)(undefined);
    return text.slice(0, offset) + item + text.slice(offset + length);
  }
  return cut(text, step.hook === undefined ? place : [...place, 'hooks', step.hook]);
}

function treeOf(text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) {
    const line = text.slice(0, errors[0]!.offset).split('\n').length;
    throw new Failure('data', `it is not JSON (line ${line})`);
  }
  if (tree?.type !== 'object') throw new Failure('data', 'it is not a JSON object');
  refuseTwice(tree, 'hooks');
  const hooks = findNodeAtLocation(tree, ['hooks']);
  for (const property of hooks?.type === 'object' ? hooks.children! : []) {
    refuseTwice(hooks!, property.children![0]!.value);
  }
  return tree;
}

/** Readers take the last of two equal keys, editors the first. */
function refuseTwice(node: Node, key: string): void {
  if (node.children!.filter(property => property.children![0]!.value === key).length > 1) {
    throw new Failure('data', `it has the key "${key}" twice`);
  }
}

/** Adds an entry to the list at `path`, and what is missing on the way to it. */
function append(text: string, tree: Node, path: string[], entry: JsonObject): string {
  for (let depth = path.length; ; depth--) {
    const node = findNodeAtLocation(tree, path.slice(0, depth));
    if (node === undefined) continue;
    if (depth === path.length) return appendItem(text, listOf(node), writeJson(text, entry), JSONC);
    const inner = path.slice(depth + 1).reduceRight<unknown>((value, key) => ({ [key]: value }), [entry]);
    const write: WriteItem = layout => {
      const colon = layout !== undefined || isSpaced(text) ? ': ' : ':';
      return `${JSON.stringify(path[depth])}${colon}${writeJson(text, inner)(layout)}`;
    };
    return appendItem(text, listOf(node), write, JSONC);
  }
}

/** Cuts the item at `path`, and then each list on the way to it that is empty without it. */
function cut(text: string, path: (string | number)[]): string {
  const tree = treeOf(text);
  const node = findNodeAtLocation(tree, path)!;
  const item = node.parent?.type === 'property' ? node.parent : node;
  const list = item.parent!;
  const rest = cutItem(text, listOf(list), list.children!.indexOf(item), JSONC);
  const isEmpty = list.children!.length === 1 && path.length > 1;
  return isEmpty && isPrunable(path.slice(0, -1)) ? cut(rest, path.slice(0, -1)) : rest;
}

/** `hooks`, `hooks.<event>`; a group that has become empty stays, because it is somebody's. */
function isPrunable(path: (string | number)[]): boolean {
  return path.length <= 2;
}

function listOf({ offset, length, children = [] }: Node): BracketList {
  const items = children.map(child => ({ start: child.offset, end: child.offset + child.length }));
  return { open: offset, close: offset + length - 1, items };
}

function writeJson(text: string, value: unknown): WriteItem {
  return layout => {
    if (layout === undefined) return isSpaced(text) ? spaced(value) : JSON.stringify(value);
    return JSON.stringify(value, null, layout.unit).replaceAll('\n', `${layout.eol}${layout.indent}`);
  };
}

/** On one line, with a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`)
    .join(', ')}}`;
}
