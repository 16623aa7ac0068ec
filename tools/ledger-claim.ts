import { ledgerClaim } from './lib/cli/commands/ledger-claim.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerClaim);
