/** Clock, zone, git's hooks and locks. */
import { join } from 'node:path';
import { formatDuration, parseTimestamp } from '../clock.js';
import { shellWord } from '../setup/quote.js';
import { type Finding, finding } from './finding.js';
import type { World } from './world.js';

const SKEW_MS = 300_000;
/** When this was written; a clock before it has not been set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** The clock against the newest sign of life that is known, here and from other machines. */
export function checkClock({ agents, nowMs, platform }: World): Finding[] {
  const beats = agents.map(({ agent, writer, last_heartbeat: beat }) => ({
    ...{ agent, writer, aheadMs: (beat === null ? undefined : parseTimestamp(beat)) ?? 0 },
  }));
  const newest = beats.sort((a, b) => b.aheadMs - a.aheadMs)[0];
  const fix = platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true';
  if (newest !== undefined && newest.aheadMs > nowMs + SKEW_MS) {
    const ahead = formatDuration(newest.aheadMs - nowMs);
    const message = `${newest.agent} on ${newest.writer ?? 'this machine'} was heard of ${ahead} from now: a clock is wrong`;
    return [finding('clock-behind', message, fix)];
  }
  if (nowMs >= EARLIEST_MS) return [];
  return [finding('clock-behind', `the clock says ${new Date(nowMs).toISOString()}`, fix)];
}

/** An unknown zone is taken for UTC without a word, and events are filed under another day. */
export function checkZone({ environment }: World): Finding[] {
  const { TZ: zone } = environment;
  if (zone === undefined || zone === '' || isZone(zone)) return [];
  return [finding('zone-unknown', `TZ is "${zone}", which is no time zone; times are wrong`, 'unset TZ')];
}

/** A name that is known, a file, or the form that tells rules, like `EST5EDT`. */
function isZone(zone: string): boolean {
  if (zone.startsWith(':') || zone.startsWith('/') || /^(?:[A-Za-z]{3,}|<[^>]+>)[-+]?\d/.test(zone))
    return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** git runs the hooks of one place alone. */
export function checkHooksPath({ hooksPaths, place, look }: World): Finding[] {
  const show = `git -C ${shellWord(place.root)} config --show-origin --get-all core.hooksPath`;
  const used = hooksPaths.at(-1);
  if (used === undefined) return [];
  const others = hooksPaths.filter(({ path }) => path !== used.path);
  if (others.length > 0) {
    const [{ scope, path }] = others as [(typeof others)[number]];
    const message = `core.hooksPath is ${used.path} (${used.scope}), so the git hooks in ${path} (${scope}) never run`;
    return [finding('git-hooks-path', message, show)];
  }
  const isThere = !used.path.startsWith('/') || look(used.path) !== undefined;
  if (isThere) return [];
  return [
    finding('git-hooks-path', `core.hooksPath is ${used.path}, which is not there: no git hook runs`, show),
  ];
}

/** A lock that stays held stops every command of its agent. */
export function checkLocks({ place, list, isLocked }: World): Finding[] {
  const directories = [join(place.control, 'locks'), place.control];
  return directories
    .flatMap(directory => list(directory).map(name => join(directory, name)))
    .filter(path => path.endsWith('.lock') && isLocked(path))
    .map(path => finding('lock-held', `${path} stays held by another process`, `lsof ${shellWord(path)}`));
}
