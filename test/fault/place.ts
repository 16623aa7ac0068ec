/** A root in a temporary directory, and the built executables run in it as processes of their own. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LedgerEvent } from '../../tools/lib/record/event.js';
import { wholeDay } from '../support/chain.js';
import { temporaryDirectory } from '../support/workspace.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
/** A zone where it is about noon, so that no test runs over midnight. */
const AHEAD_HOURS = 12 - new Date().getUTCHours();
const ZONE = `Etc/GMT${AHEAD_HOURS > 0 ? '-' : '+'}${Math.abs(AHEAD_HOURS)}`;
const TODAY = new Date(Date.now() + AHEAD_HOURS * 3_600_000).toISOString().slice(0, 10);

export interface Ran {
  /** Null when a signal ended it. */
  status: number | null;
  output: string;
  messages: string;
}

export interface Place {
  /** The temporary directory: everything that a run may touch lies below it. */
  base: string;
  root: string;
  environment: Record<string, string>;
  /** Today's day file of `cls`. */
  dayPath: string;
  statusPath: string;
  /** Runs an executable to its end, behind `before`: a tracer and its arguments. */
  run(name: string, args: string[], before?: string[]): Ran;
  start(name: string, args: string[]): ChildProcessWithoutNullStreams;
}

/** @param base where everything is to lie, e.g. a small file system */
export function faultPlace(base = temporaryDirectory()): Place {
  const root = join(base, 'root');
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  // Traced runs have no code cache: what it takes to learn differs from run to run.
  const traced = { PATH: process.env.PATH ?? '', TZ: ZONE, XDG_STATE_HOME: join(base, 'state') };
  const environment = {
    ...traced,
    HOME: join(base, 'home'),
    XDG_CACHE_HOME: join(process.env.HOME!, 'cache'),
  };
  const command = (name: string, args: string[]): string[] => [
    ...[process.execPath, join(CHECKOUT, 'dist/bin', `${name}.cjs`), ...args],
  ];
  return {
    ...{ base, root, environment },
    dayPath: join(root, `g/ledger/cls/${TODAY}.jsonl`),
    statusPath: join(root, 'agents/cls/status.json'),
    run: (name, args, before = []) => {
      const [program, ...rest] = [...before, ...command(name, args)] as [string, ...string[]];
      const env = before.length === 0 ? environment : traced;
      const { status, stdout, stderr } = spawnSync(program, rest, { cwd: root, env, encoding: 'utf8' });
      return { status, output: stdout, messages: stderr };
    },
    start: (name, args) => {
      const [program, ...rest] = command(name, args) as [string, ...string[]];
      return spawn(program, rest, { cwd: root, env: environment });
    },
  };
}

/** The bytes of a file; none when it does not exist. */
export function bytesOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** Everything that was set aside from the day file. */
export function quarantined({ root }: Place): string[] {
  const directory = join(root, 'g/ledger/cls');
  const names = readdirSync(directory).filter(name => name.includes('.torn-'));
  return names.map(name => readFileSync(join(directory, name), 'utf8'));
}

/** What the validator finds in the whole root, chains included; nothing but what was set aside, where all is well. */
export function findingsIn(place: Place): string {
  const { output, messages } = place.run('ledger-validate', ['--chain']);
  return `${output}${messages}`.replace(/^.*\.torn-.*\n/gm, '');
}

/** The events of the day, which must be whole: valid lines, gapless numbers, an unbroken chain. */
export function eventsOf({ dayPath }: Place): LedgerEvent[] {
  return existsSync(dayPath) ? wholeDay(dayPath) : [];
}
