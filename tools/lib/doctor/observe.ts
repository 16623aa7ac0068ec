/** The real world, as the checks see it. Looking at it writes nothing. */
import { spawnSync } from 'node:child_process';
import { realpathSync, statfsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { Clock } from '../clock.js';
import { listDirectory } from '../disk/directory.js';
import { errnoOf } from '../disk/errno.js';
import { withLock } from '../disk/lock.js';
import { isWritableDirectory } from '../disk/permission.js';
import { modifiedMs, readText } from '../disk/read.js';
import { Failure } from '../failure.js';
import { runGit } from '../git/run-git.js';
import { OverviewReader } from '../journal/overview.js';
import { readConfig, sessionIdleMs } from '../ledger/settings.js';
import { type Config, parseConfig } from '../record/config.js';
import { gitPlaceAbove } from '../root/find.js';
import type { Place } from '../root/workspace.js';
import { findWired } from './wired.js';
import type { Look, Start, Volume, World } from './world.js';

export interface Observer {
  place: Place;
  cwd: string;
  home: string;
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** `process.platform`. */
  platform: string;
  uid: number;
}

const PATIENCE_MS = 500;
const GIT_TIMEOUT_MS = 5000;
const START_TIMEOUT_MS = 10_000;

export async function observe(observer: Observer): Promise<World> {
  const { place, cwd, home, environment, clock } = observer;
  const { config, problem } = settingsOf(observer);
  const git = gitPlaceAbove(place.root);
  const read = (path: string): string | undefined => unlessRefused(() => readText(path));
  const list = (path: string): string[] => unlessRefused(() => listDirectory(path)) ?? [];
  const project = gitPlaceAbove(cwd)?.top ?? cwd;
  const reader = new OverviewReader(place, {
    sessionIdleMs: sessionIdleMs(config),
    staleAfterMs: config.ledger.stale_after_s * 1000,
  });
  return {
    ...{ place, home, environment, read, list, look, volume },
    ...{ platform: observer.platform, uid: observer.uid, nowMs: clock.nowMs() },
    prefix: git === undefined ? '' : relative(git.top, place.root),
    settingsProblem: problem,
    clients: findWired({ home, environment, project, root: place.root, read }),
    agents: reader.read(clock),
    hooksPaths: await hooksPathsOf(observer),
    realPath: path => bySystem(() => realpathSync.native(path)) ?? path,
    isWritable: isWritableDirectory,
    ageMs: path => ageOf(path, clock.nowMs()),
    isLocked: path => isLocked(path, clock),
    start: call => start(call, place.root),
  };
}

function settingsOf({ place, environment }: Observer): { config: Config; problem: string | undefined } {
  const problems: string[] = [];
  const warn = (message: string): number => problems.push(message);
  try {
    const config = readConfig(place.root, environment, warn);
    return { config, problem: problems[0] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { config: parseConfig(undefined, {}, warn), problem: error.message };
  }
}

/** What may not be looked at is as good as missing here; the checks of permissions tell of it. */
function unlessRefused<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function look(path: string): Look | undefined {
  const stats = bySystem(() => statSync(path));
  return stats && { mode: stats.mode, uid: stats.uid };
}

function volume(path: string): Volume | undefined {
  const stats = bySystem(() => statfsSync(path));
  return stats && { freeBytes: stats.bavail * stats.bsize, kind: stats.type >>> 0 };
}

function bySystem<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function ageOf(path: string, nowMs: number): number | undefined {
  const writtenMs = modifiedMs(path);
  return writtenMs === undefined ? undefined : nowMs - writtenMs;
}

function isLocked(path: string, clock: Clock): boolean {
  try {
    withLock(path, { clock, timeoutMs: PATIENCE_MS, guards: path }, () => undefined);
    return false;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.kind === 'contention';
  }
}

async function hooksPathsOf({ place, environment }: Observer): Promise<World['hooksPaths']> {
  const args = ['config', '--show-scope', '--null', '--get-all', 'core.hooksPath'];
  try {
    const { stdout } = await runGit(args, { cwd: place.root, environment, timeoutMs: GIT_TIMEOUT_MS });
    const words = stdout.toString().split('\0');
    const found = words.flatMap((path, index) =>
      index % 2 === 1 ? [{ scope: words[index - 1]!, path }] : [],
    );
    // What our own call of git turns off.
    return found.filter(({ scope }) => scope !== 'command');
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

function start({ words, environment, input = '' }: Start, cwd: string): string | undefined {
  const [file, ...args] = words as [string, ...string[]];
  const options = { cwd, env: environment, input, timeout: START_TIMEOUT_MS };
  const ended = spawnSync(file, args, { ...options, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  return ended.status === 0 ? ended.stdout : undefined;
}
