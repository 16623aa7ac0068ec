import { ledgerValidate } from './lib/cli/commands/ledger-validate.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerValidate);
