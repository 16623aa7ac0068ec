import { hookCommand } from '../hook/command.js';

export const clsHook = hookCommand({
  name: 'cls-hook',
  agent: 'cls',
  source: 'cls_agent',
  hasWorkOrders: false,
});
