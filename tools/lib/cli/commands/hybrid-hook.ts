import { hookCommand } from '../hook/command.js';

export const hybridHook = hookCommand({
  name: 'hybrid-hook',
  agent: 'hybrid',
  source: 'luka_cli',
  hasWorkOrders: true,
});
