/** `ledger-check --watch`: again after each change, and told of only when something is new. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Bell } from '../bell.js';
import { checkWorkplans } from '../check/check.js';
import type { Checked, CheckOptions } from '../check/check-options.js';
import { watchTree } from '../disk/watch.js';
import { Failure } from '../failure.js';
import { ledgerDirectory } from '../ledger/day-file.js';
import type { Call } from './command.js';
import { EXIT } from './exit-codes.js';
import { stopSignal } from './stop.js';

/** Not everything that changes gives a hint: workplans anywhere, claims, a branch that is pulled. */
const EVERY_MS = 5000;
/** Changes come in bursts: what comes within this time is looked at once. */
const BURST_MS = 200;

/** @returns once the process is asked to end */
export async function watchWorkplans(
  { warn }: Call,
  options: CheckOptions,
  tell: (checked: Checked) => number,
): Promise<number> {
  const bell = new Bell();
  const signal = stopSignal();
  signal.addEventListener('abort', () => bell.ring());
  const trees = [
    ledgerDirectory(options.place.root),
    ...(options.paths.length > 0 ? options.paths : [options.place.root]),
  ];
  const watches = trees.map(path => watchTree(path, () => bell.ring()));
  let told = '';
  try {
    while (!signal.aborted) {
      const checked = await checkOnce(options, warn);
      const text = JSON.stringify(checked?.findings);
      if (checked && text !== told) tell(checked);
      if (checked) told = text;
      for (const watch of watches) watch.refresh();
      await bell.heard(EVERY_MS);
      if (!signal.aborted) await pauseFor(BURST_MS);
    }
  } finally {
    for (const watch of watches) watch.close();
  }
  return EXIT.done;
}

/** Another check at work, or a disk that refuses, is no reason to stop watching. */
async function checkOnce(
  options: CheckOptions,
  warn: (message: string) => void,
): Promise<Checked | undefined> {
  try {
    return await checkWorkplans(options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error.message);
    return undefined;
  }
}
