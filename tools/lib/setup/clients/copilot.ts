import { join } from 'node:path';
import { hooksTarget, VERSIONED_HOOKS } from '../edit-hooks.js';
import { fileStore } from '../target.js';
import { type Client, type Context, hookCommand } from './client.js';

const TIMEOUT_S = 5;
const WRITES = 'create|edit|apply_patch';
const EVENTS = [
  ...['sessionStart', 'userPromptSubmitted', 'postToolUse', 'agentStop'],
  ...['subagentStop', 'errorOccurred', 'sessionEnd'],
];

/** Copilot CLI reads every file of its hooks directory, so ours is one of our own there. */
export const copilot: Client = {
  name: 'copilot',
  title: 'Copilot CLI',
  executable: 'cls-hook',
  scopes: ['user', 'project'],
  targets(context) {
    const hook = { type: 'command', bash: hookCommand(copilot, context, 'copilot'), timeoutSec: TIMEOUT_S };
    const wanted = EVENTS.map(event => ({
      event,
      entry: event === 'postToolUse' ? { matcher: WRITES, ...hook } : hook,
    }));
    return [
      hooksTarget(
        fileStore(join(hooksDirectory(context), 'agent-ledger.json'), context.scope),
        wanted,
        VERSIONED_HOOKS,
      ),
    ];
  },
  notes: () => [],
};

function hooksDirectory({ scope, project, home, environment }: Context): string {
  if (scope === 'project') return join(project, '.github/hooks');
  return join(environment.COPILOT_HOME || join(home, '.copilot'), 'hooks');
}
