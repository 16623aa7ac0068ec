/**
 * What strace can do to a process: show its system calls, and end it or refuse at the k-th of a kind. Only the
 * main thread is traced, which makes every call of ours; Node's start makes hundreds before the first of them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rounds, seededRandom } from '../support/rounds.js';
import type { Place, Ran } from './place.js';

/** False elsewhere than on Linux, and where tracing is not allowed. */
export const canTrace =
  process.platform === 'linux' && spawnSync('strace', ['-e', 'trace=none', 'true']).status === 0;

/** Calls that leave something behind, apart from opening with O_CREAT. */
const CHANGES = /^(?:write|pwrite64|fsync|fdatasync|ftruncate|rename\w*|mkdir\w*|unlink\w*)\(/;

export interface SystemCall {
  name: string;
  /** It is the k-th call of this name in the process. */
  ordinal: number;
  text: string;
  /** It may leave something on the disk. */
  isChange: boolean;
  /** It is about a file of the place. */
  isOurs: boolean;
}

/** The calls of a run from the first one that touches the root to the one after the last about our files. It happens. */
export function callsOf(place: Place, name: string, args: string[]): SystemCall[] {
  place.run(name, args, ['strace', '-o', logOf(place), '-e', 'trace=file,desc', '-s', '300']);
  const calls = tracedIn(place);
  const first = calls.findIndex(({ text }) => text.includes(`"${place.root}`));
  return calls.slice(first, calls.findLastIndex(({ isOurs }) => isOurs) + 2);
}

const logOf = ({ base }: Place): string => join(base, 'trace');

function tracedIn(place: Place): SystemCall[] {
  const counts = new Map<string, number>();
  const ours = new Set<string>();
  return readFileSync(logOf(place), 'utf8')
    .split('\n')
    .flatMap(text => {
      const name = /^(\w+)\(/.exec(text)?.[1];
      if (name === undefined) return [];
      const ordinal = (counts.get(name) ?? 0) + 1;
      counts.set(name, ordinal);
      const isOurs = text.includes(`"${place.base}`) || ours.has(/^\w+\((\d+)\b/.exec(text)?.[1] ?? '');
      const opened = /^openat\(.* = (\d+)$/.exec(text)?.[1];
      if (opened !== undefined) ours[isOurs ? 'add' : 'delete'](opened);
      const isChange = CHANGES.test(text) || /^openat\(.*O_CREAT/.test(text);
      return [{ name, ordinal, text, isChange, isOurs }];
    });
}

export interface Fate {
  call: Pick<SystemCall, 'name' | 'ordinal'>;
  /** As strace has it: `signal=KILL`, `error=EIO`. */
  fate: string;
}

/**
 * Runs an executable in which calls meet their fates.
 * @returns also whether a call about our files did: what Node does before its first may vary a little from run to
 *   run, and with it the ordinals
 */
export function runWith(
  place: Place,
  fates: Fate[],
  [name, ...args]: [string, ...string[]],
): Ran & { isHit: boolean } {
  const injections = fates.flatMap(({ call, fate }) => [
    ...['-e', `inject=${call.name}:${fate}:when=${call.ordinal}`],
  ]);
  const ran = place.run(name, args, ['strace', '-o', logOf(place), '-e', 'trace=file,desc', ...injections]);
  const met = tracedIn(place).filter(({ text }) => / = \?$|\(INJECTED\)$/.test(text));
  return { ...ran, isHit: met.some(({ isOurs }) => isOurs) };
}

/** Calls to meet their fate: in the soak all, else as many that change something and as many that do not. */
export function chosen(calls: SystemCall[], [changes, others]: [number, number]): SystemCall[] {
  const random = seededRandom(calls.length);
  const some = (isChange: boolean, count: number): SystemCall[] => {
    const all = calls.filter(call => call.isChange === isChange).sort(() => random() - 0.5);
    return all.slice(0, rounds(count, all.length));
  };
  return [...some(true, changes), ...some(false, others)];
}
