/**
 * The spool of a wrapper: `wrappers/<id>/` in the control plane. `run` gives the commands it starts
 * `LEDGER_WRAPPER=<agent>:<id>`; hooks of that agent which see it put what they know there and write no event,
 * because the wrapper tells the outcome. The directory stays for a day after the wrapper has ended: what comes
 * late (a notify that outlives its client) finds it, and adds nothing to what is told already.
 */
import { join } from 'node:path';
import { listDirectory } from '../disk/directory.js';
import { modifiedMs } from '../disk/read.js';
import { removeDirectory } from '../disk/remove.js';
import { makePrivate, type Place } from '../root/workspace.js';

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const KEPT_MS = 86_400_000;

/** The value of `LEDGER_WRAPPER` for a wrapper of this agent. */
export function wrapperMark(agent: string, id: string): string {
  return `${agent}:${id}`;
}

/** Where to put what a hook knows; undefined when no wrapper of this agent and root is above it. */
export function wrapperDirectory(place: Place, agent: string, mark: string | undefined): string | undefined {
  if (!mark?.startsWith(`${agent}:`)) return undefined;
  const id = mark.slice(agent.length + 1);
  if (!ID.test(id)) return undefined;
  const directory = join(place.control, 'wrappers', id);
  return modifiedMs(directory) === undefined ? undefined : directory;
}

/** Makes the spool of a new wrapper, and forgets those that ended days ago. */
export function openWrapper(place: Place, id: string, nowMs: number): string {
  const all = join(place.control, 'wrappers');
  for (const name of listDirectory(all)) {
    const path = join(all, name);
    if (ID.test(name) && (modifiedMs(path) ?? nowMs) < nowMs - KEPT_MS) removeDirectory(path);
  }
  const directory = join(all, id);
  makePrivate(directory);
  return directory;
}
