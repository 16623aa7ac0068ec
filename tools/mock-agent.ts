import { mockAgent } from './lib/cli/commands/mock-agent.js';
import { runMain } from './lib/cli/main.js';

void runMain(mockAgent);
