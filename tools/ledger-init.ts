import { ledgerInit } from './lib/cli/commands/ledger-init.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerInit);
