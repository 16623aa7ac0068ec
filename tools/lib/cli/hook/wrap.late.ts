/**
 * What `run` needs, as a program of its own beside the hook's: it has the time to be compiled, and a hook that
 * is called on every step has none to carry it along. The two share no module, so no failure passes from one
 * to the other: this one takes the arguments and gives the exit status.
 */
import type { Command, Io } from '../command.js';
import { runCommand } from '../run.js';
import type { HookKind } from './identity.js';
import { wrapCommand } from './wrap.js';

export interface WrapperCall {
  /** The command as the hook describes itself. */
  command: Command;
  kind: HookKind;
  argv: string[];
  io: Io;
}

/** @returns the exit status */
export async function runWrapper({ command, kind, argv, io }: WrapperCall): Promise<number> {
  return runCommand({ ...command, run: call => wrapCommand(kind, call) }, argv, io);
}
