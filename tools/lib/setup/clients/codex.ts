import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { isJsonObject, type JsonObject } from '../../record/json.js';
import { type HookFormat, hooksTarget, JSON_HOOKS, TOML_HOOKS } from '../edit-hooks.js';
import { callingHooks, type HookEvent } from '../hook-list.js';
import { fileStore, type Target } from '../target.js';
import { type Client, type Context, hookCommand } from './client.js';

/** Codex shortens the last two to three seconds, with a warning at each start. */
const TIMEOUTS_S = {
  ...{ SessionStart: 5, UserPromptSubmit: 5, PostToolUse: 5, Stop: 5 },
  ...{ SubagentStart: 5, SubagentStop: 5, Interrupt: 3, SessionEnd: 3 },
};

/**
 * Codex: groups of hooks in config.toml, timeouts in seconds. Its `notify` names one program and may be
 * somebody's; hooks are lists, so ours never takes its place.
 */
export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  executable: 'andy-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const wanted = Object.entries(TIMEOUTS_S).map(([event, timeout]) => entryFor(event, timeout, context));
    const json = { path: join(codexHome(context), 'hooks.json'), format: JSON_HOOKS };
    const toml = { path: configPath(context), format: TOML_HOOKS };
    const [place, other] = isInHooksJson(json, toml, context) ? [json, toml] : [toml, json];
    const targets = [target(place, wanted, context)];
    return hasOurs(other, context) ? [...targets, target(other, [], context)] : targets;
  },
  notes(context) {
    const trust = 'Codex runs a new hook only when you trust it: start codex and open /hooks';
    const { notify } = held({ path: configPath(context), format: TOML_HOOKS }, context);
    if (notify === undefined) return [trust];
    const runs = Array.isArray(notify) ? notify.join(' ') : String(notify);
    return [`the notify in ${configPath(context)} stays as it is (${runs}); hooks record the turns`, trust];
  },
};

export function configPath(context: Context): string {
  return join(codexHome(context), 'config.toml');
}

function codexHome({ scope, project, home, environment }: Context): string {
  return scope === 'project' ? join(project, '.codex') : environment.CODEX_HOME || join(home, '.codex');
}

interface Layer {
  path: string;
  format: HookFormat;
}

function target({ path, format }: Layer, wanted: HookEvent[], context: Context): Target {
  return hooksTarget(fileStore(path, context.scope), wanted, format);
}

function entryFor(event: string, timeout: number, context: Context): HookEvent {
  const hooks = [{ type: 'command', command: hookCommand(codex, context), timeout }];
  return { event, entry: event === 'PostToolUse' ? { matcher: 'apply_patch', hooks } : { hooks } };
}

/**
 * The hooks beside one config.toml belong into one file; Codex warns of two. Ours stay where they are, because
 * moving them would cost their trust; else somebody's hooks.json is that file.
 */
function isInHooksJson(json: Layer, toml: Layer, context: Context): boolean {
  if (hasOurs(json, context) || hasOurs(toml, context)) return hasOurs(json, context);
  return hasHooks(json, context) && !hasHooks(toml, context);
}

function hasOurs(layer: Layer, context: Context): boolean {
  return callingHooks(held(layer, context)).some(({ isOurs }) => isOurs);
}

function hasHooks(layer: Layer, context: Context): boolean {
  const { hooks } = held(layer, context);
  return isJsonObject(hooks) && Object.keys(hooks).some(event => event !== 'state');
}

/** What a file holds; nothing when it cannot be read, which is found out when it is edited. */
function held({ path, format }: Layer, { read }: Context): JsonObject {
  const text = read(path);
  try {
    return text === undefined || text.trim() === '' ? {} : format.parse(text);
  } catch (error) {
    if (error instanceof Failure) return {};
    throw error;
  }
}
