import { join } from 'node:path';
import { hooksTarget, VERSIONED_HOOKS } from '../edit-hooks.js';
import { fileStore } from '../target.js';
import { type Client, hookCommand } from './client.js';

const EVENTS = [
  ...['sessionStart', 'beforeSubmitPrompt', 'afterFileEdit', 'stop'],
  ...['subagentStart', 'subagentStop', 'sessionEnd'],
];

/** Cursor: hooks in hooks.json, without a timeout because its unit is not documented the same everywhere. */
export const cursor: Client = {
  name: 'cursor',
  title: 'Cursor',
  executable: 'cls-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const command = hookCommand(cursor, context, 'cursor');
    const wanted = EVENTS.map(event => ({ event, entry: { command } }));
    const path = join(context.scope === 'project' ? context.project : context.home, '.cursor/hooks.json');
    return [hooksTarget(fileStore(path, context.scope), wanted, VERSIONED_HOOKS)];
  },
  notes: () => [],
};
