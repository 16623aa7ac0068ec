/** The process of a hook: exit status 0 whatever happens, unless somebody asked for another. */
import type { Command } from '../command.js';
import { processIo } from '../main.js';
import { runCommand } from '../run.js';

/** Runs a hook. `run` passes on its command's status, `--strict` its own. */
export async function runHookMain(command: Command): Promise<void> {
  const argv = process.argv.slice(2);
  const status = await runCommand(command, argv, processIo());
  process.exitCode = argv.includes('run') || argv.includes('--strict') ? status : 0;
}
