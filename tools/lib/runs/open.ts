/** Opening a run that exists: for reading, or to go on with it. */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { holdLock } from '../disk/lock.js';
import { readText } from '../disk/read.js';
import { replaceFile } from '../disk/replace.js';
import { Failure } from '../failure.js';
import type { Place, Workspace } from '../root/workspace.js';
import { foldRun } from './fold.js';
import { digest } from './key.js';
import { closeRunLog, openRunLog, type RunLog, readEntries } from './log.js';
import type { RunFold } from './move.js';
import { FILES, findRun, runDirectory } from './places.js';
import type { Plan } from './plan.js';
import { formatPlan } from './start.js';

type Warn = (message: string) => void;

/** The state of a run, for a reader: takes no lock. @throws Failure `missing` when nothing of it was recorded */
export function readRun(place: Place, named: string, warn: Warn): RunFold {
  const id = findRun(place, named);
  const run = foldRun(readEntries(runDirectory(place, id), warn));
  if (run) return run;
  throw new Failure('missing', `${id} was never begun: its log has no beginning; run the task again`);
}

export interface OpenRun {
  run: RunFold;
  directory: string;
  log: RunLog;
}

const LOCK_TRIES = 20;
const LOCK_PAUSE_MS = 10;

/**
 * Runs `action` while no other process drives the run.
 * @throws Failure `contention` when one does, `data` when the recorded plan was edited
 */
export async function withRun<T>(
  workspace: Workspace,
  named: string,
  warn: Warn,
  action: (open: OpenRun) => T | Promise<T>,
): Promise<T> {
  const id = findRun(workspace, named);
  const directory = runDirectory(workspace, id);
  const lock = lockRun(directory, workspace.clock);
  if (!lock) throw new Failure('contention', `${id} is driven by another process; end that one first`);
  try {
    const log = openRunLog(directory, workspace.clock, warn);
    try {
      const run = readRun(workspace, id, warn);
      log.seq = run.seq;
      assertPlan(directory, run, warn);
      return await action({ run, directory, log });
    } finally {
      closeRunLog(log);
    }
  } finally {
    lock.release();
  }
}

/** Who only looks whether a run is driven holds its lock for a moment: that is waited for. */
function lockRun(directory: string, clock: Clock): ReturnType<typeof holdLock> {
  for (let tries = 1; ; tries++) {
    const lock = holdLock(join(directory, FILES.lock));
    if (lock || tries === LOCK_TRIES) return lock;
    clock.sleepMs(LOCK_PAUSE_MS);
  }
}

/** Whether a process drives the run just now. */
export function isDriven(place: Place, id: string): boolean {
  const lock = holdLock(join(runDirectory(place, id), FILES.lock));
  lock?.release();
  return lock === undefined;
}

/** The recorded plan holds: `plan.json` is a copy for people, and must say the same. */
function assertPlan(directory: string, { plan, started }: RunFold, warn: Warn): void {
  const path = join(directory, FILES.plan);
  if (digest(plan) !== started.plan_sha256) {
    throw new Failure(
      'data',
      `the plan in the log of ${started.run} was edited; begin a new run for another plan`,
    );
  }
  const text = readText(path);
  if (text === undefined) {
    warn(`${path} is missing; it is made again from the log`);
    replaceFile(path, formatPlan(plan));
  } else if (digestOf(text) !== started.plan_sha256) {
    throw new Failure(
      'data',
      `${path} was edited after the start; the recorded plan holds: put it back as it was, or begin a new run`,
    );
  }
}

function digestOf(text: string): string | undefined {
  try {
    return digest(JSON.parse(text) as Plan);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
