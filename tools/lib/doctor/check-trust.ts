/**
 * Whether Codex trusts our hooks, and the project they are in. It skips a hook it does not trust without a word, so this is asked of its
 * own record: in the person's config.toml `hooks.state."<file>:<event>:<group>:<hook>"` holds whether the hook
 * is enabled and the hash of what was trusted, SHA-256 over the hook's canonical JSON (seen in Codex 0.169).
 */
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { canonicalJson, isJsonObject, type JsonObject } from '../record/json.js';
import { configPath } from '../setup/clients/codex.js';
import { TOML_HOOKS } from '../setup/edit-hooks.js';
import type { CallingHook } from '../setup/hook-list.js';
import { shellWord } from '../setup/quote.js';
import { sha256Hex } from '../sha256.js';
import { type Code, type Finding, finding } from './finding.js';
import type { World } from './world.js';

const DEFAULT_TIMEOUT_S = 600;
const MESSAGES: Partial<Record<Code, string>> = {
  'hook-untrusted': 'Codex does not trust our hooks yet and skips them; start it and open /hooks',
  'hook-changed': 'Codex trusts other text than our hooks have now, and skips them; start it and open /hooks',
  'hook-off': 'Codex has our hooks switched off; start it and open /hooks',
};

export function checkCodexTrust(world: World): Finding[] {
  return world.clients
    .filter(({ client }) => client.name === 'codex')
    .flatMap(wired => {
      const states = statesOf(world.read(configPath({ ...wired.context, scope: 'user' })));
      const files = [wired.path, world.realPath(wired.path)];
      const events = new Map<Code, string[]>();
      for (const hook of wired.hooks.filter(({ isOurs }) => isOurs)) {
        const code = faultOf(hook, stateOf(states, files, hook));
        if (code) events.set(code, [...(events.get(code) ?? []), hook.event]);
      }
      const fix = `cd ${shellWord(dirname(dirname(wired.path)))} && codex`;
      return [...events].map(([code, names]) =>
        finding(code, `${MESSAGES[code]} (${names.join(', ')} in ${wired.path})`, fix),
      );
    });
}

/** Codex reads a project's configuration only when the person's own says that the project is trusted. */
export function checkProjectTrust({ clients, read }: World): Finding[] {
  return clients.flatMap(({ client, context, hooks, path }) => {
    if (client.name !== 'codex' || context.scope !== 'project' || hooks.length === 0) return [];
    const own = configPath({ ...context, scope: 'user' });
    const { projects } = heldIn(read(own));
    const project = isJsonObject(projects) ? projects[context.project] : undefined;
    if (isJsonObject(project) && project.trust_level === 'trusted') return [];
    const message = `Codex ignores ${path} until it trusts the project; start it there and say so`;
    return [finding('project-untrusted', message, `cd ${shellWord(context.project)} && codex`)];
  });
}

function statesOf(text: string | undefined): JsonObject {
  const { hooks } = heldIn(text);
  return isJsonObject(hooks) && isJsonObject(hooks.state) ? hooks.state : {};
}

/** What a TOML file holds; nothing when it is malformed, which is found by another check. */
function heldIn(text = ''): JsonObject {
  try {
    return TOML_HOOKS.parse(text);
  } catch (error) {
    if (error instanceof Failure) return {};
    throw error;
  }
}

function stateOf(states: JsonObject, files: string[], { event, group, index }: CallingHook): JsonObject {
  const keys = files.map(file => `${file}:${labelOf(event)}:${group}:${index}`);
  const state = keys.map(key => states[key]).find(isJsonObject);
  return state ?? {};
}

function faultOf(hook: CallingHook, { enabled, trusted_hash }: JsonObject): Code | undefined {
  if (enabled === false) return 'hook-off';
  if (trusted_hash === undefined) return 'hook-untrusted';
  return trusted_hash === hashOf(hook) ? undefined : 'hook-changed';
}

/** What Codex stores when it trusts a hook. */
export function hashOf({ event, matcher, hook }: CallingHook): string {
  const { command, timeout = DEFAULT_TIMEOUT_S, statusMessage } = hook;
  const identity = {
    event_name: labelOf(event),
    ...(matcher !== undefined && { matcher }),
    hooks: [
      {
        type: 'command',
        command,
        timeout,
        async: hook.async ?? false,
        ...(statusMessage !== undefined && { statusMessage }),
      },
    ],
  };
  return `sha256:${sha256Hex(canonicalJson(identity))}`;
}

/** `PostToolUse` is `post_tool_use` in its keys. */
function labelOf(event: string): string {
  return event.replace(/\B[A-Z]/g, '_$&').toLowerCase();
}
