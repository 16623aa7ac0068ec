import { ledgerDoctor } from './lib/cli/commands/ledger-doctor.js';
import { runMain } from './lib/cli/main.js';

runMain(ledgerDoctor);
