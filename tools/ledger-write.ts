import { ledgerWrite } from './lib/cli/commands/ledger-write.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerWrite);
