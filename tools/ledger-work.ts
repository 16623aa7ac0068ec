import { ledgerWork } from './lib/cli/commands/ledger-work.js';
import { runMain } from './lib/cli/main.js';

void runMain(ledgerWork);
