/** The files that a tool call wrote, and how an event names them. */
import { parseAs } from '../parse-as.js';
import { isJsonObject, type JsonObject } from '../record/json.js';
import { text } from './payload.js';

const MOST_FILES = 200;
const PATH_KEYS = ['file_path', 'filePath', 'notebook_path', 'absolute_path', 'path'];
const WRITERS =
  /^(?:write|edit|multiedit|notebookedit|create|str_replace(?:_editor)?|write_file|replace|apply_patch|patch|editfile|delete)$/i;
const PATCH_LINE = /^\*\*\* (?:Add|Update|Delete) File: (.+)$|^\*\*\* Move to: (.+)$/gm;

/** The files a call of this tool writes; none for a tool that reads or runs something. */
export function writtenFiles(tool: string, input: unknown): string[] {
  const call = parsed(input);
  if (call === undefined || !WRITERS.test(tool)) return [];
  const path = PATH_KEYS.map(key => text(call, key)).find(value => value !== undefined);
  const patch =
    text(call, 'command') ?? text(call, 'input') ?? text(call, 'patch') ?? text(call, 'patchText');
  const patched = patch === undefined ? [] : [...patch.matchAll(PATCH_LINE)].map(part => part[1] ?? part[2]!);
  return path === undefined ? patched : [path, ...patched];
}

/** Some clients send a call's arguments as JSON in a string. */
function parsed(input: unknown): JsonObject | undefined {
  if (typeof input !== 'string') return isJsonObject(input) ? input : undefined;
  if (/^\*\*\* Begin Patch/.test(input)) return { input };
  return parseAs(input, isJsonObject);
}

/**
 * Paths as the ledger names them: below the first of `bases` that holds them, so that they say the same on
 * another machine; others stay as they are. Each once, in the order they came, at most 200.
 */
export function ledgerPaths(paths: readonly string[], bases: readonly string[]): string[] {
  const named = paths.map(path => {
    const base = bases.find(candidate => path.startsWith(`${candidate}/`));
    const short = base === undefined ? path.replace(/^\.\//, '') : path.slice(base.length + 1);
    return short
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
      .slice(0, 512)
      .toWellFormed();
  });
  return [...new Set(named.filter(name => name !== ''))].slice(0, MOST_FILES);
}
