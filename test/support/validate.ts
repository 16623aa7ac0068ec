/** `ledger-validate` in the root of a recorder. */
import { dirname, join } from 'node:path';
import { ledgerValidate } from '../../tools/lib/cli/commands/ledger-validate.js';
import { type Ran, type RunOptions, runIn } from './io.js';
import type { Recorder } from './recorder.js';

export type Validating = (argv: string[], options?: RunOptions) => Promise<Ran>;

/** Runs it in the root, with the control plane that the recorder writes to. */
export function validating({ workspace: { root }, clock }: Recorder): Validating {
  const environment = { XDG_STATE_HOME: join(dirname(root), 'state') };
  return (argv, options = {}) => runIn(ledgerValidate, argv, { cwd: root, environment, clock, ...options });
}

/** `path:line code` of each line of output. */
export function toldIn(output: string): string[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map(line => line.split(': ').slice(0, 2).join(' '));
}
