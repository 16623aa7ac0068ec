/**
 * Repairing what is damaged: our own day files, and our own status files, which are made again from them.
 * Other writers' copies are repaired where they were written.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.js';
import { ifPresent } from '../disk/errno.js';
import type { Rewritten } from '../disk/rewrite.js';
import { Failure, type FailureKind } from '../failure.js';
import type { DayOptions } from '../ledger/day.js';
import { dayFilePath } from '../ledger/day-file.js';
import { needsRepair, repairDay } from '../ledger/repair.js';
import type { Report } from '../record/finding.js';
import { type Workspace, withAgentLock } from '../root/workspace.js';
import { isDamaged } from '../status/inspect.js';
import { statusPath } from '../status/store.js';
import { rebuildStatus } from './report-status.js';
import type { DaySource, StatusTarget, Targets } from './validation-targets.js';

export interface Repair {
  targets: Targets;
  clock: Clock;
  /** Opens a root for writing. */
  open(root: string): { workspace: Workspace; options: DayOptions };
  /** Told what was done. */
  report: Report;
  warn(message: string): void;
}

const NAMED_LINES = 5;

/**
 * What cannot be repaired is told of and does not hinder the rest.
 * @returns why something could not be repaired; undefined when nothing failed
 */
export function repair(repair: Repair): FailureKind | undefined {
  const { targets, clock, warn } = repair;
  const failures = [
    ...targets.days
      .filter(({ path }) => isNeeded(() => needsRepair(path, clock)))
      .map(file => attempt(warn, () => repairFile(repair, file))),
    ...targets.statuses
      .filter(({ path }) => isNeeded(() => isDamaged(path)))
      .map(status => attempt(warn, () => repairStatus(repair, status))),
  ];
  return failures.find(kind => kind !== undefined);
}

/** What cannot be read is told of by validation. */
function isNeeded(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function attempt(warn: Repair['warn'], action: () => void): FailureKind | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error.message);
    return error.kind;
  }
}

function repairFile({ open, report, warn }: Repair, file: DaySource): void {
  const { path, shown, root, agent, day, writer } = file;
  if (root === undefined || agent === undefined || day === undefined || writer !== undefined) {
    warn(`${shown} is not repaired: only the day files of this checkout are, each in the ledger of its root`);
    return;
  }
  const { workspace } = open(root);
  if (realPath(dayFilePath(workspace.root, agent, day)) !== path) {
    warn(`${shown} is not repaired: it is a link`);
    return;
  }
  const done = withAgentLock(workspace, agent, held => repairDay(held, day));
  if (done === undefined) return;
  if (done.completed !== undefined) {
    const message = 'the newline that was missing is there';
    report({ path: shown, line: done.completed, code: 'repaired', message });
  }
  if (done.quarantine !== undefined) {
    report({ path: shown, line: done.lines[0]!, code: 'repaired', message: describeMoved(done, shown) });
  }
  if (done.kept !== undefined) {
    warn(`another program still writes to what ${shown} was; stop it and repair once more (${done.kept})`);
  }
}

function describeMoved({ lines, quarantine }: Rewritten, shown: string): string {
  const named = lines.slice(0, NAMED_LINES).join(', ');
  const more = lines.length > NAMED_LINES ? ', …' : '';
  const what = lines.length === 1 ? 'this line is' : `${lines.length} lines (${named}${more}) are`;
  return `${what} now in ${join(dirname(shown), basename(quarantine!))}`;
}

function repairStatus({ open, report, warn }: Repair, { path, shown, root, agent }: StatusTarget): void {
  if (root === undefined || agent === undefined || realPath(statusPath(root, agent)) !== path) {
    warn(`${shown} is not repaired: only the statuses of this checkout are, each in the agents of its root`);
    return;
  }
  const { workspace, options } = open(root);
  const status = rebuildStatus(workspace, agent, options);
  const message = status ? 'made again from the ledger' : 'moved away; there are no events to make one from';
  report({ path: shown, line: 1, code: 'repaired', message });
}

function realPath(path: string): string | undefined {
  return ifPresent(`cannot look at ${path}`, () => realpathSync.native(path));
}
