import { ledgerCheck } from './lib/cli/commands/ledger-check.js';
import { runMain } from './lib/cli/main.js';

void runMain(ledgerCheck);
