/** The process of a hook: exit status 0 whatever happens, unless somebody asked for another. */
import type { Command } from '../command.js';
import { runMain } from '../main.js';

/** Runs a hook. `run` passes on its command's status, `--strict` its own. */
export function runHookMain(command: Command): void {
  runMain(command, status => hookStatus(command.name, process.argv.slice(2), status));
}

/** The status that the process ends with: an agent must never stop because of its ledger. */
export function hookStatus(name: string, argv: string[], status: number): number {
  return !name.endsWith('-hook') || argv.includes('run') || argv.includes('--strict') ? status : 0;
}
