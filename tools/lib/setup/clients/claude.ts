import { join } from 'node:path';
import { hooksTarget, JSON_HOOKS } from '../edit-hooks.js';
import type { HookEvent } from '../hook-list.js';
import { fileStore } from '../target.js';
import { type Client, type Context, hookCommand, hookWords } from './client.js';

const TIMEOUT_S = 5;
const WRITES = 'Write|Edit|MultiEdit|NotebookEdit';
const EVENTS = [
  ...['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop', 'StopFailure'],
  ...['SubagentStart', 'SubagentStop', 'Notification', 'SessionEnd'],
];

/** Claude Code: groups of hooks in settings.json, timeouts in seconds; with `args` no shell is started. */
export const claude: Client = {
  name: 'claude',
  title: 'Claude Code',
  executable: 'cls-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const wanted = EVENTS.map(event => entryFor(event, context));
    return [hooksTarget(fileStore(settingsPath(context), context.scope), wanted, JSON_HOOKS)];
  },
  notes(context) {
    const restart = 'sessions of Claude Code that are open keep their old hooks until they start again';
    if (isPlainJson(context.read(settingsPath(context)) ?? '{}')) return [restart];
    const plain = `Claude Code does not read ${settingsPath(context)}: it takes no comments or trailing commas`;
    return [plain, restart];
  },
};

/** Without comments and trailing commas. */
export function isPlainJson(text: string): boolean {
  try {
    JSON.parse(text.trim() === '' ? '{}' : text.replace(/^\uFEFF/, ''));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function settingsPath({ scope, project, home, environment }: Context): string {
  if (scope === 'project') return join(project, '.claude/settings.json');
  return join(environment.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json');
}

function entryFor(event: string, context: Context): HookEvent {
  const [command, ...args] = hookWords(claude, context);
  const run = context.scope === 'user' ? { command, args } : { command: hookCommand(claude, context) };
  const hooks = [{ type: 'command', ...run, timeout: TIMEOUT_S }];
  return { event, entry: event === 'PostToolUse' ? { matcher: WRITES, hooks } : { hooks } };
}
