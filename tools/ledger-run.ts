import { ledgerRun } from './lib/cli/commands/ledger-run.js';
import { runMain } from './lib/cli/main.js';

void runMain(ledgerRun);
