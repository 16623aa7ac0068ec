/** Running a command: the same for an executable, the daemon and a test. */
import { Failure } from '../failure.js';
import { visible } from '../record/ids.js';
import { redactText } from '../redact/redact-text.js';
import { parseArgs } from './args.js';
import type { Command, Io } from './command.js';
import { EXIT } from './exit-codes.js';
import { helpText, usageLine } from './help.js';
import { messageRules } from './message-rules.js';

declare const AGENT_LEDGER_VERSION: string | undefined;

/** The version of the package; `dev` when run from source. */
const VERSION = typeof AGENT_LEDGER_VERSION === 'string' ? AGENT_LEDGER_VERSION : 'dev';

/** Parses, runs, and turns what is thrown into one line on stderr, without the secrets it quotes. @returns the exit status */
export async function runCommand(command: Command, argv: string[], io: Io): Promise<number> {
  const safely = (message: string): string => redactText(message, messageRules(io)).text;
  const warn = (message: string): void => io.printError(`${command.name}: ${visible(safely(message))}\n`);
  try {
    const args = parseArgs(command, argv);
    if (args.isSet('help')) io.print(helpText(command));
    else if (args.isSet('version')) io.print(`${command.name} ${VERSION}\n`);
    else return await command.run({ args, io, warn });
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof Failure)) {
      const details = error instanceof Error ? error.stack : String(error);
      io.printError(`${command.name}: this is a bug, please report it: ${safely(details ?? '')}\n`);
      return EXIT.bug;
    }
    warn(error.message);
    if (error.kind === 'usage') io.printError(`usage: ${usageLine(command)}\n`);
    return EXIT[error.kind];
  }
}
