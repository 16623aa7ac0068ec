/** A command run in this process: its arguments in, its exit status and both streams out. */
import type { Command, Io } from '../../tools/lib/cli/command.js';
import { runCommand } from '../../tools/lib/cli/run.js';
import { testClock } from './workspace.js';

export interface Ran {
  status: number;
  output: string;
  messages: string;
}

export interface RunOptions extends Partial<Omit<Io, 'input'>> {
  /** Standard input, in the chunks it arrives in. */
  input?: (string | Buffer)[];
}

/** @param argv words; a root and a state directory come from `options.environment` or `cwd` */
export async function runIn(command: Command, argv: string[], options: RunOptions = {}): Promise<Ran> {
  const { input = [], ...given } = options;
  let output = '';
  let messages = '';
  const io: Io = {
    cwd: '/',
    environment: {},
    clock: testClock(),
    print: text => {
      output += text;
    },
    printError: text => {
      messages += text;
    },
    isTerminal: () => false,
    width: () => 80,
    ...given,
    async *input() {
      for (const chunk of input) yield Buffer.from(chunk as string);
    },
  };
  const status = await runCommand(command, argv, io);
  return { status, output, messages };
}
