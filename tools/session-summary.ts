import { sessionSummary } from './lib/cli/commands/session-summary.js';
import { runMain } from './lib/cli/main.js';

runMain(sessionSummary);
