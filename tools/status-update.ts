import { statusUpdate } from './lib/cli/commands/status-update.js';
import { runMain } from './lib/cli/main.js';

runMain(statusUpdate);
