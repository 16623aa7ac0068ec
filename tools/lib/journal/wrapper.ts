/**
 * The spool of a wrapper: `wrappers/<id>/` in the control plane. `run` gives the commands it starts
 * `LEDGER_WRAPPER=<agent>:<id>`; hooks of that agent which see it put what they know there and write no event,
 * because the wrapper tells the outcome. While it lives it holds the lock in there, and beside it lies the
 * outcome to record should it die before it can tell one. The directory stays for a day after the wrapper has ended: what comes
 * late (a notify that outlives its client) finds it, and adds nothing to what is told already.
 */
import { type Notice, parseNotice } from '../clients/notice.js';
import { listDirectory, makePrivate } from '../disk/directory.js';
import { holdLock } from '../disk/lock.js';
import { modifiedMs, readText } from '../disk/read.js';
import { removeDirectory, removeFile } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import type { Place } from '../root/workspace.js';

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const KEPT_MS = 86_400_000;
const LOCK = 'lock';
const WILL = 'will';

interface Will {
  agent: string;
  notice: Notice;
}

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

/** Makes the spool of a new wrapper, held until the process ends, and forgets those that ended days ago. */
export function openWrapper(place: Place, id: string, nowMs: number): string {
  const all = wrappersOf(place);
  for (const name of listDirectory(all)) {
    const path = join(all, name);
    if (ID.test(name) && (modifiedMs(path) ?? nowMs) < nowMs - KEPT_MS && isDead(path)) removeDirectory(path);
  }
  const directory = join(all, id);
  makePrivate(directory);
  holdLock(join(directory, LOCK));
  return directory;
}

/** Leaves word of what to record should this wrapper die. */
export function leaveWill(directory: string, will: Will): void {
  replaceFile(join(directory, WILL), `${will.agent}\n${JSON.stringify(will.notice)}`, { isDurable: true });
}

/** The outcome is told: there is nothing left to record. */
export function revokeWill(directory: string): void {
  removeFile(join(directory, WILL));
}

/** What wrappers of an agent that died have left to record, each with its directory. */
export function willsOfTheDead(place: Place, agent: string): { directory: string; notice: Notice }[] {
  const all = wrappersOf(place);
  return listDirectory(all).flatMap(name => {
    const directory = join(all, name);
    const text = ID.test(name) ? readText(join(directory, WILL)) : undefined;
    if (text === undefined || !isDead(directory)) return [];
    const will = parseWill(text);
    return will?.agent === agent ? [{ directory, notice: will.notice }] : [];
  });
}

function wrappersOf(place: Place): string {
  return join(place.control, 'wrappers');
}

/** The kernel has freed the lock of one that is gone. */
function isDead(directory: string): boolean {
  const lock = holdLock(join(directory, LOCK));
  lock?.release();
  return lock !== undefined;
}

function parseWill(text: string): Will | undefined {
  const [agent = '', ...rest] = text.split('\n');
  const notice = parseNotice(rest.join('\n'));
  return notice && { agent, notice };
}
