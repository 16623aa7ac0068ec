import { ledgerSync } from './lib/cli/commands/ledger-sync.js';
import { runMain } from './lib/cli/main.js';

void runMain(ledgerSync);
