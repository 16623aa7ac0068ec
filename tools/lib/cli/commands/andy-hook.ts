import { hookCommand } from '../hook/command.js';

export const andyHook = hookCommand({
  name: 'andy-hook',
  agent: 'andy',
  source: 'codex_cli',
  hasWorkOrders: false,
});
