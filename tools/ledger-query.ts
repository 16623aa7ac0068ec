import { ledgerQuery } from './lib/cli/commands/ledger-query.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerQuery);
