import { ledgerd } from './lib/cli/commands/ledgerd.js';
import { runMain } from './lib/cli/main.js';

void runMain(ledgerd);
