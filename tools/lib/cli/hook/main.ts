/** The process of a hook: exit status 0 whatever happens, unless somebody asked for another. */
import type { Command } from '../command.js';
import { runMain } from '../main.js';

/** Runs a hook. `run` passes on its command's status, `--strict` its own. */
export function runHookMain(command: Command): void {
  const { argv } = process;
  const isTold = argv.includes('run', 2) || argv.includes('--strict', 2);
  runMain(command, status => (isTold ? status : 0));
}
