import { ledgerStatus } from './lib/cli/commands/ledger-status.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerStatus);
