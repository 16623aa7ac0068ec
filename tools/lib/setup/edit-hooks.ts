/** Putting our hooks into a client's configuration and taking them out again, with proof that nothing else changed. */
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../failure.js';
import type { JsonObject } from '../record/json.js';
import { applyToJson, parseJsonHooks } from './hook-json.js';
import { type HookEvent, type Step, stepsToInstall, stepsToRemove, withoutOurs } from './hook-list.js';
import { applyToToml, parseTomlHooks } from './hook-toml.js';
import type { Edited, Store, Target } from './target.js';

export interface HookFormat {
  parse(text: string): JsonObject;
  apply(text: string, step: Step): string;
  /** What a file without any hook holds. */
  empty: string;
}

export const JSON_HOOKS: HookFormat = { parse: parseJsonHooks, apply: applyToJson, empty: '{\n}\n' };
export const VERSIONED_HOOKS: HookFormat = { ...JSON_HOOKS, empty: '{\n  "version": 1\n}\n' };
export const TOML_HOOKS: HookFormat = { parse: parseTomlHooks, apply: applyToToml, empty: '' };

/** A client's configuration, into which our hooks go. */
export function hooksTarget(store: Store, wanted: HookEvent[], format: HookFormat): Target {
  return {
    store,
    isOwn: false,
    hooks: { format, wanted },
    install: text => installHooks(text, wanted, format),
    remove: text => removeHooks(text, format),
  };
}

/** @throws Failure `data` when the text is not what the format says */
export function installHooks(text: string | undefined, wanted: HookEvent[], format: HookFormat): Edited {
  const before = text === undefined || text.trim() === '' ? format.empty : text;
  const value = format.parse(before);
  const { steps, byHand } = stepsToInstall(value, wanted);
  const after = steps.reduce(format.apply, before);
  const isWhole = stepsToInstall(parsed(after, format), wanted).steps.length === 0;
  assertOnlyOurs(value, parsed(after, format), isWhole);
  const notes = byHand.length === 0 ? [] : [`${byHand.join(', ')}: wired by hand already, left as it is`];
  return { text: steps.length === 0 ? (text ?? '') : after, isEmpty: false, notes };
}

/** @throws Failure `data` when the text is not what the format says */
export function removeHooks(text: string, format: HookFormat): Edited {
  if (text.trim() === '') return { text, isEmpty: true, notes: [] };
  const value = format.parse(text);
  const after = stepsToRemove(value).reduce(format.apply, text);
  const rest = parsed(after, format);
  assertOnlyOurs(value, rest, stepsToRemove(rest).length === 0);
  return { text: after, isEmpty: isSameButSpace(after, format.empty), notes: [] };
}

function parsed(text: string, format: HookFormat): JsonObject {
  return text.trim() === '' ? format.parse(format.empty) : format.parse(text);
}

/** Comments count: they are somebody's. */
function isSameButSpace(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}

/** An edit that did anything but what it was for is a mistake of ours, and must not reach the file. */
function assertOnlyOurs(before: JsonObject, after: JsonObject, isDone: boolean): void {
  if (isDone && isDeepStrictEqual(withoutOurs(before), withoutOurs(after))) return;
  throw new Failure('data', 'it is written in a way that cannot be edited safely; edit it by hand');
}
