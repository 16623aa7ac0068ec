/** Where runs lie in the control plane, `runs/<run>/`, and what they are called. */
import { join } from 'node:path';
import { listDirectory } from '../disk/directory.js';
import { Failure } from '../failure.js';
import { hex, randomBytes } from '../random.js';
import { shorten } from '../record/ids.js';
import type { Place } from '../root/workspace.js';

const RUN = /^run-\d{8}-\d{6}-[0-9a-f]{8}$/;
const ENDING = /^[0-9a-f]{4,8}$/;

/** `run-20261124-170309-3f2a91c0`: when it began, by the wall clock, and what no other has. */
export function newRunId(timestamp: string): string {
  const [day, time] = [timestamp.slice(0, 10), timestamp.slice(11, 19)];
  return `run-${day.replaceAll('-', '')}-${time.replaceAll(':', '')}-${hex(randomBytes(4))}`;
}

export function runsDirectory({ control }: Place): string {
  return join(control, 'runs');
}

export function runDirectory(place: Place, run: string): string {
  return join(runsDirectory(place), run);
}

/** Every run of this root, the oldest first. */
export function listRuns(place: Place): string[] {
  return listDirectory(runsDirectory(place)).filter(name => RUN.test(name));
}

/**
 * The run that a person means: its id, or the end of it.
 * @throws Failure `missing` when there is none, `data` when there are several
 */
export function findRun(place: Place, named: string): string {
  const runs = listRuns(place);
  const found = runs.filter(run => run === named || (ENDING.test(named) && run.endsWith(named)));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new Failure('data', `${found.length} runs end with "${named}"; give the whole id`);
  throw new Failure(
    'missing',
    `there is no run "${shorten(named)}"; "ledger-run list" shows those there are`,
  );
}

/** The files of a run, each below its directory. */
export const FILES = {
  plan: 'plan.json',
  log: 'log.jsonl',
  state: 'state.json',
  lock: 'lock',
  receipts: 'receipts',
  snapshots: 'snapshots',
} as const;
