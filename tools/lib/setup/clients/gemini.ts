import { join } from 'node:path';
import { hooksTarget, JSON_HOOKS } from '../edit-hooks.js';
import { fileStore } from '../target.js';
import { type Client, hookCommand } from './client.js';

const TIMEOUT_MS = 5000;
const EVENTS = ['SessionStart', 'BeforeAgent', 'AfterTool', 'AfterAgent', 'Notification', 'SessionEnd'];

/** Gemini CLI: groups of hooks in settings.json, timeouts in milliseconds. */
export const gemini: Client = {
  name: 'gemini',
  title: 'Gemini CLI',
  executable: 'cls-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const hooks = [
      {
        ...{ name: 'agent-ledger', type: 'command' },
        ...{ command: hookCommand(gemini, context, 'gemini'), timeout: TIMEOUT_MS },
      },
    ];
    const wanted = EVENTS.map(event => ({
      event,
      entry: event === 'AfterTool' ? { matcher: 'write_file|replace', hooks } : { hooks },
    }));
    const path = join(context.scope === 'project' ? context.project : context.home, '.gemini/settings.json');
    return [hooksTarget(fileStore(path, context.scope), wanted, JSON_HOOKS)];
  },
  notes: () => [],
};
