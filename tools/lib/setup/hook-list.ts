/**
 * The hooks in a client's configuration, as values: which of them are ours, what is missing, what goes. The
 * texts they stand in are the business of `hook-json.ts` and `hook-toml.ts`.
 *
 * `hooks.<event>` is a list. Claude Code, Codex and Gemini list groups, `{matcher, hooks: [hook, …]}`; Cursor
 * and Copilot list hooks. Ours is known by its command: a shim that ledger-init made. It always goes to the
 * end, because Codex keeps what it trusts by a hook's place in the list.
 */
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../failure.js';
import { isJsonObject, type JsonObject } from '../record/json.js';

export interface HookEvent {
  event: string;
  /** What stands in `hooks.<event>`. */
  entry: JsonObject;
}

/** One change to `hooks.<event>`. */
export type Step =
  | { kind: 'append'; event: string; entry: JsonObject }
  | { kind: 'replace'; event: string; index: number; entry: JsonObject }
  /** `hook`: only that one of the group. */
  | { kind: 'cut'; event: string; index: number; hook?: number };

const OURS = /\/\.local\/share\/agent-ledger\/bin\/(?:cls|andy|hybrid)-hook\b/;
const BY_HAND = /(?:^|[\s/"'])(?:cls|andy|hybrid)-hook(?:\.cjs)?(?=["'\s]|$)/;

/**
 * What makes `value` have all of `wanted`.
 * @returns also the events in which somebody wired the same executable by hand, which are left as they are
 * @throws Failure `data` when the configuration has another shape
 */
export function stepsToInstall(value: JsonObject, wanted: HookEvent[]): { steps: Step[]; byHand: string[] } {
  const steps: Step[] = [];
  const byHand: string[] = [];
  for (const { event, entry } of wanted) {
    const entries = entriesOf(value, event);
    const index = entries.findIndex(isOurs);
    if (index !== -1) {
      if (!isDeepStrictEqual(entries[index], entry)) steps.push({ kind: 'replace', event, index, entry });
    } else if (entries.some(other => hooksIn(other).some(hook => BY_HAND.test(commandOf(hook))))) {
      byHand.push(event);
    } else steps.push({ kind: 'append', event, entry });
  }
  return { steps, byHand };
}

/** What takes all of ours out of `value`, the last first. */
export function stepsToRemove(value: JsonObject): Step[] {
  const events = isJsonObject(value.hooks) ? Object.entries(value.hooks) : [];
  return events.flatMap(([event, list]) =>
    Array.isArray(list) ? list.flatMap((entry, index) => cutsIn(event, index, entry)).reverse() : [],
  );
}

function cutsIn(event: string, index: number, entry: unknown): Step[] {
  if (isOurs(entry)) return [{ kind: 'cut', event, index }];
  return hooksIn(entry).flatMap((hook, at) =>
    OURS.test(commandOf(hook)) ? [{ kind: 'cut' as const, event, index, hook: at }] : [],
  );
}

/** A hook that calls one of our executables. */
export interface CallingHook {
  event: string;
  /** The matcher of its group. */
  matcher: unknown;
  hook: JsonObject;
  /** The number of its group in the list of the event, and its own number in the group. */
  group: number;
  index: number;
  /** Put in by ledger-init, not by hand. */
  isOurs: boolean;
}

export function callingHooks(value: JsonObject): CallingHook[] {
  const events = isJsonObject(value.hooks) ? Object.entries(value.hooks) : [];
  return events.flatMap(([event, list]) =>
    (Array.isArray(list) ? list : []).flatMap((entry, group) => {
      const matcher = isJsonObject(entry) ? entry.matcher : undefined;
      return hooksIn(entry).flatMap((hook, index) => {
        const command = commandOf(hook);
        const isOurs = OURS.test(command);
        return isOurs || BY_HAND.test(command) ? [{ event, matcher, hook, group, index, isOurs }] : [];
      });
    }),
  );
}

/** The configuration as if nothing of ours had ever been in it, nor any list that is empty without it. */
export function withoutOurs(value: JsonObject): JsonObject {
  if (!isJsonObject(value.hooks)) return value;
  const kept = Object.entries(value.hooks)
    .map(([event, list]) => [event, Array.isArray(list) ? list.flatMap(entryWithoutOurs) : list] as const)
    .filter(([, list]) => !Array.isArray(list) || list.length > 0);
  const { hooks: _hooks, ...rest } = value;
  return kept.length === 0 ? rest : { ...rest, hooks: Object.fromEntries(kept) };
}

function entryWithoutOurs(entry: unknown): unknown[] {
  if (isOurs(entry)) return [];
  if (!isJsonObject(entry) || !Array.isArray(entry.hooks)) return [entry];
  return [{ ...entry, hooks: entry.hooks.filter(hook => !OURS.test(commandOf(hook))) }];
}

function entriesOf(value: JsonObject, event: string): unknown[] {
  const { hooks = {} } = value;
  if (!isJsonObject(hooks)) throw new Failure('data', 'its "hooks" is not a table of events');
  const entries = hooks[event] ?? [];
  if (!Array.isArray(entries)) throw new Failure('data', `its "hooks.${event}" is not a list`);
  return entries;
}

function isOurs(entry: unknown): boolean {
  const hooks = hooksIn(entry);
  return hooks.length > 0 && hooks.every(hook => OURS.test(commandOf(hook)));
}

/** The hooks of a group; a hook that stands for itself is its own group. */
function hooksIn(entry: unknown): JsonObject[] {
  if (!isJsonObject(entry)) return [];
  return Array.isArray(entry.hooks) ? entry.hooks.filter(isJsonObject) : [entry];
}

/** What a hook runs, in one line. */
export function commandOf(hook: unknown): string {
  if (!isJsonObject(hook)) return '';
  const { command, bash, args } = hook;
  return [command ?? bash, ...(Array.isArray(args) ? args : [])]
    .filter(word => typeof word === 'string')
    .join(' ');
}
