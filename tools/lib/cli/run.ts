/** Running a command: the same for an executable, the daemon and a test. */
import { Failure } from '../failure.js';
import { visible } from '../record/ids.js';
import { redactText } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import { parseArgs } from './args.js';
import type { Command, Io } from './command.js';
import { EXIT } from './exit-codes.js';
import { helpText, usageLine } from './help.js';

declare const AGENT_LEDGER_VERSION: string | undefined;

/** The version of the package; `dev` when run from source. */
const VERSION = typeof AGENT_LEDGER_VERSION === 'string' ? AGENT_LEDGER_VERSION : 'dev';

/** Parses, runs, and turns what is thrown into one line on stderr, without the secrets it quotes. @returns the exit status */
export function runCommand(command: Command, argv: string[], io: Io): number | Promise<number> {
  const failed = (error: unknown): number => tellFailure(error, command, io);
  try {
    const answer = answerTo(command, argv, io);
    return typeof answer === 'number' ? answer : answer.catch(failed);
  } catch (error) {
    return failed(error);
  }
}

function answerTo(command: Command, argv: string[], io: Io): number | Promise<number> {
  const args = parseArgs(command, argv);
  if (args.isSet('help')) io.print(helpText(command));
  else if (args.isSet('version')) io.print(`${command.name} ${VERSION}\n`);
  else return command.run({ args, io, warn: message => warn(message, command, io) });
  return EXIT.done;
}

function tellFailure(error: unknown, command: Command, io: Io): number {
  if (!(error instanceof Failure)) {
    const details = error instanceof Error ? error.stack : String(error);
    io.printError(`${command.name}: this is a bug, please report it: ${safe(details ?? '', io)}\n`);
    return EXIT.bug;
  }
  warn(error.message, command, io);
  if (error.kind === 'usage') io.printError(`usage: ${usageLine(command)}\n`);
  return EXIT[error.kind];
}

function warn(message: string, { name }: Command, io: Io): void {
  io.printError(`${name}: ${visible(safe(message, io))}\n`);
}

function safe(text: string, { messageRules = BUILT_IN }: Io): string {
  return redactText(text, messageRules).text;
}
